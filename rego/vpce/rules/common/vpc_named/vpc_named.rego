# METADATA
# title: VPC is named and exists
# description: A create request names exactly one VPC, in the vpc-<8 or 17 hex> form, and that VPC is the one
#   described in the context.
# custom:
#   id: VPCE-COMMON-001
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Set VpcId to the id of an existing VPC in the target account and Region.
#   operations: [create]
#   reads:
#     - /request/VpcId
#     - /context/Vpc
#   aws:
#   - text: VpcId is the only required parameter of CreateVpcEndpoint.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
#     status: documented
package vpce.rules.common.vpc_named

import data.vpce.lib.endpoint
import data.vpce.lib.ids
import data.vpce.lib.unknown

deny contains {"message": "no VPC is given", "path": "/request/VpcId"} if {
	input.operation == "create"
	not _given
	count(_hidden) == 0
}

deny contains {"message": message, "path": "/request/VpcId"} if {
	input.operation == "create"
	_given
	ids.malformed("vpc", _id)
	not _to_be_created
	message := $"{_id} is not a VPC id: vpc- and 8 or 17 hexadecimal digits"
}

deny contains {"message": message, "path": "/request/VpcId"} if {
	input.operation == "create"
	_given
	told := input.context.Vpc.VpcId
	told != _id
	not ids.stands_for_one(_id)
	not ids.stands_for_one(told)
	message := $"the request names {_id}, but the context is about {told}"
}

undetermined contains {"reason": reason, "missing": ["/context/Vpc"]} if {
	input.operation == "create"
	_given
	not input.context.Vpc
	reason := $"whether {_id} exists is not known"
}

undetermined contains {"reason": reason, "missing": ["/request/VpcId"]} if {
	input.operation == "create"
	not _to_be_created
	ids.stands_for_one(_id)
	reason := $"{_id} stands for a VPC that is not known yet"
}

undetermined contains {"reason": reason, "missing": sort(_hidden)} if {
	input.operation == "create"
	count(_hidden) > 0
	reason := "which VPC the endpoint gets into is not known yet"
}

_id := input.request.VpcId

_given if unknown.given(_id)

# A VPC of the same document that has no id yet goes by its name there, and the context tells of it.
_to_be_created if {
	input.context.Vpc.VpcId == _id
	not startswith(_id, "vpc-")
}

_hidden := endpoint.unknown_members(input, ["VpcId"])
