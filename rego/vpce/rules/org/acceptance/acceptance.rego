# METADATA
# title: Provider accepts connections by hand
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
#   existing: silent
#   remediation: >-
#     Ask the provider to require acceptance (AcceptanceRequired: true), or set acceptance: auto for the service in
#     the org data.
#   reads:
#     - /request/ServiceName
#     - /context/ServiceDetails
#     - /org/third_party
#     - /org/accounts
#   frameworks:
#     - framework: nist-800-53
#       controls: [CA-3]
#       relation: part
#       doc: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
package vpce.rules.org.acceptance

import data.vpce.lib.org
import data.vpce.lib.service
import data.vpce.lib.thirdparty

deny contains {"message": message, "path": org.at("ServiceName")} if {
	_asked
	_accepts == false
	message := $"{service.name} accepts connections automatically; manual acceptance is required"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	_asked
	not _known
	reason := "whether the provider accepts automatically is not known"
}

_asked if {
	thirdparty.asked
	not thirdparty.ours
	not "auto" in {entry.acceptance | some entry in thirdparty.entries}
}

_known if is_boolean(_accepts)

_accepts := detail.AcceptanceRequired if some detail in service.details_of_type
