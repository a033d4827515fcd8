# METADATA
# title: Ids are well formed
# description: |
#   Every id the request names has the form AWS gives it, a prefix and 8 or 17 hexadecimal digits; an account id in a
#   policy has 12 digits; the client token has at most 64 characters. What stands for an id is not judged.
# related_resources:
# - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
# custom:
#   id: VPCE-COMMON-036
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Name the id as AWS shows it, for example subnet-0a1b2c3d4e5f60718 or 111122223333.
#   operations: [create, modify, delete]
#   reads:
#     - /request
#     - /context/AccountId
#   optional: [/context/AccountId]
#   aws:
#   - text: Ids of another form are refused, as InvalidSubnetID.Malformed, InvalidRouteTableId.Malformed and
#       InvalidVpcEndpointId.Malformed.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
#     status: documented
#   - text: The client token is up to 64 ASCII characters.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Run_Instance_Idempotency.html
#     status: documented
#   assumptions:
#     - the id of the VPC is judged by VPCE-COMMON-001
package vpce.rules.common.well_formed_ids

import data.vpce.lib.endpoint
import data.vpce.lib.ids
import data.vpce.lib.policy

deny contains {"message": message, "path": $"/request/{member}/{i}"} if {
	some member, kind in _lists
	some i, id in input.request[member]
	ids.malformed(kind.prefix, id)
	message := $"{id} is not a {kind.name} id: {kind.prefix}- and 8 or 17 hexadecimal digits"
}

deny contains {"message": message, "path": $"/request/SubnetConfigurations/{i}/SubnetId"} if {
	some i, configuration in input.request.SubnetConfigurations
	id := configuration.SubnetId
	ids.malformed("subnet", id)
	message := $"{id} is not a subnet id: subnet- and 8 or 17 hexadecimal digits"
}

deny contains {"message": message, "path": "/request/VpcEndpointId"} if {
	id := input.request.VpcEndpointId
	ids.malformed("vpce", id)
	message := $"{id} is not an endpoint id: vpce- and 8 or 17 hexadecimal digits"
}

deny contains {"message": message, "path": policy.pointer(i, "Principal")} if {
	some i, statement in policy.statements
	some principal in policy.principals(statement)
	principal.type == "AWS"
	_only_digits(principal.id)
	count(principal.id) != 12
	message := $"the principal {principal.id} is not an account id, which has 12 digits"
}

deny contains {"message": message, "path": "/context/AccountId", "enforcement_action": "warn"} if {
	account := input.context.AccountId
	not _is_account(account)
	not ids.stands_for_one(account)
	message := $"the account {account} of the context is not an account id, which has 12 digits"
}

deny contains {"message": message, "path": "/request/ClientToken"} if {
	length := count(input.request.ClientToken)
	length > 64
	message := $"the client token has {length} characters; at most 64 are allowed"
}

undetermined contains {"reason": "not all ids are known yet", "missing": sort(hidden)} if {
	count(input.unknown) > 0
	members := array.concat([member | some member, _ in _lists], _others)
	hidden := endpoint.unknown_members(input, members)
	count(hidden) > 0
}

_is_account(text) if {
	count(text) == 12
	_only_digits(text)
}

_only_digits(text) if {
	text != ""
	trim(text, "0123456789") == ""
}

_lists[$"{verb}{kind.member}"] := kind if {
	some verb in ["", "Add", "Remove"]
	some kind in _kinds
}

_others := ["SubnetConfigurations", "VpcEndpointId", "ClientToken"]

_kinds := [
	{"member": "SubnetIds", "prefix": "subnet", "name": "subnet"},
	{"member": "SecurityGroupIds", "prefix": "sg", "name": "security group"},
	{"member": "RouteTableIds", "prefix": "rtb", "name": "route table"},
]
