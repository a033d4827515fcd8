# METADATA
# title: Allowed services
# description: The service is in the allow-list and not in the deny-list; deny wins.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/security_iam_id-based-policy-examples.html
#   description: condition keys by which AWS lets one choose the services endpoints are made for
# custom:
#   id: VPCE-ORG-002
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Have the service listed under services.allow in the org data.
#   reads:
#     - /request/ServiceName
#     - /org/services
#     - /org/third_party
#   frameworks:
#     - framework: nist-800-53
#       controls: [CM-7]
#       relation: part
#       doc: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
package vpce.rules.org.services

import data.vpce.lib.endpoint
import data.vpce.lib.glob
import data.vpce.lib.org
import data.vpce.lib.service

deny contains {"message": message, "path": org.at("ServiceName")} if {
	endpoint.remains
	_denied
	message := $"{service.name} is denied by the organisation"
}

deny contains {"message": message, "path": org.at("ServiceName")} if {
	endpoint.remains
	service.name
	not _denied
	not _listed(data.org.services.allow)
	not _registered
	not _may_be_listed
	message := $"{service.name} is not an approved service"
}

undetermined contains {"reason": "the service is not known yet", "missing": unsaid} if {
	endpoint.remains
	data.org.services
	unsaid := endpoint.unknown_members(input, ["ServiceName"])
	count(unsaid) > 0
}

undetermined contains {"reason": "the Region of the service is not known", "missing": ["/context/Region"]} if {
	endpoint.remains
	not _denied
	not _listed(data.org.services.allow)
	_may_be_listed
}

# A list of whole names says nothing of a name whose Region is not known.
_may_be_listed if {
	service.stands_for_a_region(service.parsed.region)
	some pattern in data.org.services.allow
	endswith(pattern, $".{service.parsed.service}")
}

_denied if _listed(data.org.services.deny)

_listed(patterns) if org.names_service(patterns)

_listed(patterns) if {
	data.org.services.fips_variants
	plain := trim_suffix(trim_suffix(service.parsed.service, "-fips"), ".fips")
	glob.any_matches(patterns, plain)
}

# an endpoint service is approved by the list of third-party services, if there is one
_registered if {
	service.parsed.form == "endpoint-service"
	is_array(data.org.third_party)
}
