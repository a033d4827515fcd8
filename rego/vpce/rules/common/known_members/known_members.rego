# METADATA
# title: Only known request members
# description: The request contains only members of the API request for its operation.
# custom:
#   id: VPCE-COMMON-028
#   kind: aws-api
#   severity: warning
#   enforcement_action: warn
#   effect: hygiene
#   remediation: Take the member out, or spell it as CreateVpcEndpoint or ModifyVpcEndpoint does.
#   reads:
#     - /request
#   aws:
#   - text: The parameters of CreateVpcEndpoint.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
#     status: documented
#   - text: The parameters of ModifyVpcEndpoint.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
#     status: documented
#   assumptions:
#     - the members are those of the API in botocore 1.44.5; one that AWS adds later is not known
package vpce.rules.common.known_members

deny contains object.union({"message": message, "path": $"/request/{_escaped(member)}"}, _fix(member)) if {
	some member, value in input.request
	value != null
	not member in _members
	message := $"{member} is not a member of the request, so AWS would not see it"
}

deny contains {"message": message, "path": $"/request/{member}"} if {
	some pointer in input.unknown
	[_, part, member] := array.slice(split(pointer, "/"), 0, 3)
	part == "request"
	not member in _members
	message := $"{member} is not a member of the request, whatever its value will be"
}

deny contains {"message": message, "path": $"{place.path}/{_escaped(member)}"} if {
	some place in _nested
	some member, value in place.value
	value != null
	not member in place.members
	members := concat(", ", sort(place.members))
	message := $"{member} is not a member of {place.name}, which has {members}"
}

_nested contains {"path": "/request/DnsOptions", "name": "DnsOptions", "members": _dns_options, "value": value} if {
	value := input.request.DnsOptions
}

_nested contains {"path": path, "name": "a subnet configuration", "members": members, "value": value} if {
	members := {"Ipv4", "Ipv6", "SubnetId"}
	some i, value in input.request.SubnetConfigurations
	path := $"/request/SubnetConfigurations/{i}"
}

_nested contains {"path": path, "name": "a tag specification", "members": {"ResourceType", "Tags"}, "value": value} if {
	some i, value in input.request.TagSpecifications
	path := $"/request/TagSpecifications/{i}"
}

_nested contains {"path": path, "name": "a tag", "members": {"Key", "Value"}, "value": value} if {
	some i, specification in input.request.TagSpecifications
	some j, value in specification.Tags
	path := $"/request/TagSpecifications/{i}/Tags/{j}"
}

_dns_options := {
	"DnsRecordIpType",
	"PrivateDnsOnlyForInboundResolverEndpoint",
	"PrivateDnsPreference",
	"PrivateDnsSpecifiedDomains",
}

_fix(member) := {"fix": [{"op": "move", "from": $"/request/{_escaped(member)}", "path": $"/request/{meant}"}]} if {
	some meant in _members
	_letters(meant) == _letters(member)
	object.get(input.request, meant, null) == null
} else := {}

# The same letters and digits in another writing: subnet_ids, subnetIds.
_letters(name) := lower(replace(replace(name, "_", ""), "-", ""))

_escaped(member) := replace(replace(member, "~", "~0"), "/", "~1")

_members := {
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
} if {
	input.operation == "create"
} else := {
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
} if {
	input.operation == "modify"
}
