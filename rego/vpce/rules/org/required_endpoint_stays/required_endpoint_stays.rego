# METADATA
# title: Endpoints that a VPC must have are not deleted
# description: |
#   An endpoint for a service that the organisation requires in the VPC is deleted only where another one for the
#   service stays, or comes by the same change.
# related_resources:
#   - ref: https://docs.aws.amazon.com/config/latest/developerguide/vpc-endpoint-enabled.html
#     description: the rule of AWS Config that a VPC fails without the endpoint
# custom:
#   id: VPCE-ORG-028
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Keep the endpoint or make its successor in the same change; where the VPC goes too, ask for a waiver.
#   operations: [delete]
#   reads:
#     - /current/ServiceName
#     - /current/VpcId
#     - /context/Vpc
#     - /context/VpcEndpoints
#     - /org/required_endpoints
#   frameworks:
#     - framework: security-hub
#       controls: [EC2.10, EC2.55, EC2.56, EC2.57, EC2.58, EC2.60]
#       relation: part
#       doc: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
#     - framework: fsbp
#       controls: [EC2.10, EC2.55, EC2.56, EC2.57, EC2.58, EC2.60]
#       relation: part
#       doc: https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html
#     - framework: nist-800-53
#       controls:
#         [AC-3, AC-3(7), AC-4, AC-4(21), AC-6, AC-21, SC-7, SC-7(3), SC-7(4), SC-7(11), SC-7(16), SC-7(20), SC-7(21)]
#       relation: part
#       doc: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
#     - framework: pci-dss-4
#       controls: ['1.2.8', '1.3.1', '1.3.2', '1.4.1', '1.4.2', '1.4.4', '1.5.1', A1.1.3]
#       relation: part
#       doc: https://github.com/prowler-cloud/prowler/blob/3e000faa3109230b748e4418a13c11c9e59f5cfb/prowler/compliance/aws/pci_4.0_aws.json
#     - framework: prowler
#       controls: [vpc_endpoint_for_ec2_enabled]
#       relation: part
#       doc: https://hub.prowler.com/check/vpc_endpoint_for_ec2_enabled
package vpce.rules.org.required_endpoint_stays

import data.vpce.lib.required

deny contains {"message": message, "path": "/current/VpcEndpointId"} if {
	count(_lost) > 0
	required.others_known
	message := $"{_vpc} must have an endpoint for {concat(", ", sort(_lost))}, and this is its only one"
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	count(_lost) > 0
	not required.others_known
	reason := $"whether the VPC keeps another endpoint for {concat(", ", sort(_lost))} is not known"
}

undetermined contains {"reason": reason, "missing": ["/current/ServiceName"]} if {
	input.operation == "delete"
	count(required.services) > 0
	not required.says_service(input.current)
	reason := "which service the endpoint is for is not known"
}

undetermined contains untold if {
	input.operation == "delete"
	some untold in required.unclear
	count(_served_of_any) > 0
}

_lost := _served - required.served_by_others(_served) if input.operation == "delete"

_served := {name | some name in required.services; required.serves(input.current.ServiceName, name)}

# what an entry may require that is not sure to hold
_served_of_any := {name |
	some entry in data.org.required_endpoints
	some name in entry.services
	_may_serve(name)
}

_may_serve(name) if required.serves(input.current.ServiceName, name)

_may_serve(_) if not required.says_service(input.current)

_vpc := required.vpc_id

_vpc := "the VPC" if not required.vpc_id
