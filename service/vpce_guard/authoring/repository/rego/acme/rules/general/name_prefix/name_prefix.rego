# METADATA
# title: Name begins with the prefix of the account
# description: Endpoints of an account that has a prefix in org data carry a Name tag that begins with it.
# related_resources:
# - ref: https://policies.example.com/names
#   description: Who gives out prefixes.
# custom:
#   id: ACME-GENERAL-001
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Change the Name tag, or ask for another prefix.
#   reads: [/request/TagSpecifications, /context/AccountId, /org/x-acme]
package acme.rules.general.name_prefix

import data.acme.lib.names
import data.vpce.lib.endpoint
import data.vpce.lib.org

deny contains {"message": message, "path": org.tags_at} if {
	endpoint.remains
	wanted := names.prefix
	org.known_tags
	not _begins_with(wanted)
	message := $"the endpoint has no Name that begins with {wanted}"
}

undetermined contains org.untold_tags if {
	endpoint.remains
	names.prefix
}

undetermined contains {"reason": "the account is not known", "missing": ["/context/AccountId"]} if {
	endpoint.remains
	names.prefixes
	not input.context.AccountId
}

_begins_with(wanted) if {
	some name in org.known_tags.Name
	startswith(name, wanted)
}
