# METADATA
# title: The VPC has the endpoints it must have
# description: |
#   A VPC in which an endpoint is created or modified has an endpoint for each service that the organisation requires
#   there, or gets one by the same change. A FIPS variant counts.
# related_resources:
#   - ref: https://docs.aws.amazon.com/config/latest/developerguide/vpc-endpoint-enabled.html
#     description: the rule of AWS Config that looks for the same at VPCs that exist
# custom:
#   id: VPCE-ORG-027
#   kind: org
#   severity: warning
#   enforcement_action: warn
#   effect: org-decision
#   remediation: Create the missing endpoints too (required_endpoints in the org data).
#   reads:
#     - /request/VpcId
#     - /request/ServiceName
#     - /current/VpcId
#     - /current/ServiceName
#     - /context/Vpc
#     - /context/VpcEndpoints
#     - /org/required_endpoints
#   frameworks:
#     - framework: security-hub
#       controls: [EC2.10, EC2.55, EC2.56, EC2.57, EC2.58, EC2.60]
#       relation: same
#       doc: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
#     - framework: fsbp
#       controls: [EC2.10, EC2.55, EC2.56, EC2.57, EC2.58, EC2.60]
#       relation: same
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
#       relation: same
#       doc: https://hub.prowler.com/check/vpc_endpoint_for_ec2_enabled
package vpce.rules.org.required_endpoints

import data.vpce.lib.endpoint
import data.vpce.lib.org
import data.vpce.lib.required

deny contains {"message": message, "path": org.at("VpcId")} if {
	count(_missing) > 0
	required.says_service(input.endpoint)
	required.others_known
	message := $"{required.vpc_id} has no endpoint for {concat(", ", sort(_missing))}"
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	count(_missing) > 0
	not required.others_known
	reason := $"whether the VPC has endpoints for {concat(", ", sort(_missing))} is not known"
}

undetermined contains {"reason": "which service the endpoint is for is not known yet", "missing": hidden} if {
	count(_missing) > 0
	hidden := endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
}

undetermined contains {"reason": reason, "missing": [path]} if {
	count(_missing) > 0
	not required.says_service(input.endpoint)
	count(endpoint.unknown_members(input, ["ServiceName"])) == 0
	path := org.at("ServiceName")
	reason := "which service the endpoint is for is not told"
}

undetermined contains untold if {
	endpoint.remains
	some untold in required.unclear
}

_missing := (required.services - required.served_by_others(required.services)) - _served if endpoint.remains

_served := {name | some name in required.services; required.serves(input.endpoint.ServiceName, name)}
