# METADATA
# title: Only known request members
# description: The request contains only members of the API request for its operation.
# custom:
#   id: VPCE-COMMON-028
#   kind: aws-api
#   severity: warning
#   enforcement_action: warn
#   effect: hygiene
#   remediation: Use the API names.
#   reads:
#     - /request
#   aws:
#     - text: Member lists taken from the service model.
#       doc: botocore 1.44.5 data/ec2/2016-11-15/service-2.json.gz
#       status: verified
#   assumptions:
#     - the members are those of botocore 1.44.5
package vpce.rules.common.known_members

deny contains object.union({"message": message, "path": $"/request/{_escaped(member)}"}, _fix(member)) if {
	some member, value in input.request
	value != null
	not member in _members[input.operation]
	message := $"{member} is no member of the request, so AWS would not see it"
}

deny contains {"message": message, "path": $"/request/{member}"} if {
	some pointer in input.unknown
	[_, part, member] := array.slice(split(pointer, "/"), 0, 3)
	part == "request"
	not member in _members[input.operation]
	message := $"{member} is no member of the request, whatever its value will be"
}

_fix(member) := {"fix": [{"op": "move", "from": $"/request/{_escaped(member)}", "path": $"/request/{meant}"}]} if {
	some meant in _members[input.operation]
	_letters(meant) == _letters(member)
	object.get(input.request, meant, null) == null
} else := {}

# The same letters and digits in another writing: subnet_ids, subnetIds.
_letters(name) := lower(replace(replace(name, "_", ""), "-", ""))

_escaped(member) := replace(replace(member, "~", "~0"), "/", "~1")

_members := {
	"create": {
		"ClientToken",
		"DnsOptions",
		"DryRun",
		"IpAddressType",
		"PolicyDocument",
		"PrivateDnsEnabled",
		"ResourceConfigurationArn",
		"RouteTableIds",
		"SecurityGroupIds",
		"ServiceName",
		"ServiceNetworkArn",
		"ServiceRegion",
		"SubnetConfigurations",
		"SubnetIds",
		"TagSpecifications",
		"VpcEndpointType",
		"VpcId",
	},
	"modify": {
		"AddRouteTableIds",
		"AddSecurityGroupIds",
		"AddSubnetIds",
		"DnsOptions",
		"DryRun",
		"IpAddressType",
		"PolicyDocument",
		"PrivateDnsEnabled",
		"RemoveRouteTableIds",
		"RemoveSecurityGroupIds",
		"RemoveSubnetIds",
		"ResetPolicy",
		"SubnetConfigurations",
		"VpcEndpointId",
	},
}
