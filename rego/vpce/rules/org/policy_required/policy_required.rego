# METADATA
# title: Endpoint policy required
# description: A non-default policy is attached wherever the service supports one.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
# - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
# custom:
#   id: VPCE-ORG-007
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Give PolicyDocument a policy that allows only the principals, actions and resources that are needed.
#   reads:
#     - /request/PolicyDocument
#     - /request/ResetPolicy
#     - /current/PolicyDocument
#     - /context/ServiceDetails
#     - /org/policy
#     - /org/org_ids
#   frameworks:
#     - framework: nist-800-53
#       controls: [AC-3, AC-6]
#       relation: part
#       doc: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     - framework: prowler
#       controls: [vpc_endpoint_connections_trust_boundaries]
#       relation: part
#       doc: https://hub.prowler.com/check/vpc_endpoint_connections_trust_boundaries
package vpce.rules.org.policy_required

import data.vpce.lib.endpoint
import data.vpce.lib.org
import data.vpce.lib.perimeter
import data.vpce.lib.policy
import data.vpce.lib.service

deny contains object.union({"message": message, "path": path}, _fix) if {
	_asked
	path := _paths[policy.effective.source]
	_supported
	_open
	message := $"no policy is given for {service.name}, so AWS's default lets every principal make every request"
}

deny contains {"message": message, "path": "/current/PolicyDocument", "enforcement_action": "warn"} if {
	_asked
	policy.effective.source == "current"
	_supported
	_open
	message := $"the endpoint to {service.name} has AWS's default policy, which lets every principal make every request"
}

undetermined contains why if {
	_asked
	_supported
	some why in perimeter.untold
}

undetermined contains {"reason": "whether the service takes endpoint policies is not known", "missing": [missing]} if {
	missing := "/context/ServiceDetails"
	_asked
	_open
	not _known
}

undetermined contains org.unknown_environment if {
	_for_service
	org.unclear(data.org.policy.required)
}

_paths := {
	"default": "/request/PolicyDocument",
	"request": "/request/PolicyDocument",
	"reset": "/request/ResetPolicy",
}

_asked if {
	_for_service
	org.for_environment(data.org.policy.required) == true
}

_for_service if {
	endpoint.remains
	endpoint.type in {"Interface", "Gateway"}
	service.of_aws
	not org.names_service(object.get(data.org.policy, "exempt_services", []))
}

_open if policy.grants_everything(policy.effective_statements)

_supported if service.policy_supported == true

_known if is_boolean(service.policy_supported)

default _fix := {}

_fix := {"fix": [{"op": "add", "path": "/request/PolicyDocument", "value": perimeter.own_policy}]} if {
	policy.effective.source == "default"
}
