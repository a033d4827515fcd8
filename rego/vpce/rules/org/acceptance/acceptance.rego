# METADATA
# title: Acceptance mode
# description: Third-party services must require manual acceptance (or be auto-accepted only when listed).
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
#   description: what acceptance by the provider does
# custom:
#   id: VPCE-ORG-016
#   kind: org
#   severity: warning
#   enforcement_action: warn
#   effect: org-decision
#   remediation: Ask the provider to accept connections by hand, or have the list say auto.
#   reads:
#     - /request/ServiceName
#     - /context/ServiceDetails
#     - /org/third_party
#     - /org/accounts
package vpce.rules.org.acceptance

import data.vpce.lib.org
import data.vpce.lib.service
import data.vpce.lib.thirdparty

deny contains {"message": message, "path": org.at("ServiceName")} if {
	_asked
	_accepts == false
	message := $"{service.name} accepts connections by itself; its provider is to accept each by hand"
}

undetermined contains {"reason": "how the provider accepts is not given", "missing": ["/context/ServiceDetails"]} if {
	_asked
	not _known
}

_asked if {
	thirdparty.asked
	not thirdparty.ours
	not "auto" in {entry.acceptance | some entry in thirdparty.entries}
}

_known if is_boolean(_accepts)

_accepts := detail.AcceptanceRequired if some detail in service.details_of_type
