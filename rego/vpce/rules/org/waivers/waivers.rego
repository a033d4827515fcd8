# METADATA
# title: Waivers in use are in force
# description: A denial can be turned into a warning by a waiver that names rule id, resource scope, approver,
#   reason and an end date not passed; documented and aws-api rules of severity error are never waivable.
# related_resources:
# - ref: https://docs.aws.amazon.com/config/latest/APIReference/API_PutRemediationExceptions.html
# - ref: https://docs.aws.amazon.com/prescriptive-guidance/latest/vulnerability-management/security-team-example.html
# custom:
#   id: VPCE-ORG-024
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Renew the waiver or take it out of the org data, or mend what it was for.
#   optional: [/context/principal, /context/time, /request/VpcId, /request/TagSpecifications]
#   reads:
#     - /context/time
#     - /context/principal
#     - /org/waivers
#     - /request/TagSpecifications
package vpce.rules.org.waivers

import data.vpce.lib.endpoint
import data.vpce.lib.org
import data.vpce.lib.waivers

deny contains object.union(_about(waiver), {"message": message, "path": "/context/time"}) if {
	some waiver in _matching
	org.now >= waiver.expires
	message := $"waiver {waiver.id} for {waiver.rule} does not apply: it ended at {waiver.ends}"
}

deny contains object.union(_about(waiver), {"message": message, "path": "/context/time"}) if {
	some waiver in _matching
	org.now < waiver.starts
	message := $"waiver {waiver.id} for {waiver.rule} does not apply: it starts later, at {waiver.starts}"
}

deny contains object.union(_about(waiver), {"message": message, "path": "/context/time"}) if {
	some waiver in _matching
	not org.now
	message := $"waiver {waiver.id} for {waiver.rule} does not apply: the time of the request is not known"
}

deny contains object.union(_about(waiver), {"message": message, "path": "/context/principal"}) if {
	some waiver in _matching
	not waivers.asked_by_another(waiver)
	message := $"waiver {waiver.id} for {waiver.rule} does not apply: {waiver.approved_by} approved it, {_asking}"
}

deny contains object.union(_about(waiver), {"message": message, "path": ""}) if {
	some waiver in _matching
	why := waiver.refused
	message := $"waiver {waiver.id} for {waiver.rule} does not apply: {why}"
}

deny contains object.union(_about(waiver), object.union({"message": message}, _soon)) if {
	some waiver in _matching
	waivers.counts(waiver)
	org.now >= waiver.warn_from
	message := $"waiver {waiver.id} for {waiver.rule} ends at {waiver.ends}"
}

_soon := {"path": "/context/time", "enforcement_action": "warn"}

# where one waiver counts, others for the same rule do not matter
_matching := {waiver |
	endpoint.remains
	some waiver in waivers.matching
	not _served(waiver)
}

_served(waiver) if {
	waiver.rule in _waived
	not waivers.counts(waiver)
}

_waived := {other.rule | some other in waivers.in_force}

_about(waiver) := {"about": waiver.rule}

default _asking := "and who asks now is not known"

_asking := $"and {name} asks now" if name := input.context.principal
