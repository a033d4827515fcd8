# Proposals for the tests of rules: what the reader would hand over.
package vpce.testing.fixture

context := {
	"Region": "us-east-1",
	"AccountId": "111122223333",
	"time": "2026-11-23T12:00:00Z",
	"principal": "arn:aws:iam::111122223333:role/deployer",
	"Vpc": {"VpcId": "vpc-0a000001", "EnableDnsSupport": true, "EnableDnsHostnames": true},
	"Subnets": [
		subnet("subnet-0a100001", "us-east-1a", "use1-az1"),
		subnet("subnet-0a200001", "us-east-1a", "use1-az1"),
		subnet("subnet-0b100001", "us-east-1b", "use1-az2"),
		object.union(subnet("subnet-0f100001", "us-east-1b", "use1-az2"), {"VpcId": "vpc-0f000009"}),
	],
	"RouteTables": [
		{"RouteTableId": "rtb-0a000001", "VpcId": "vpc-0a000001", "Routes": []},
		{"RouteTableId": "rtb-0b000001", "VpcId": "vpc-0a000001", "Routes": []},
	],
	"SecurityGroups": [{"GroupId": "sg-0a000001", "VpcId": "vpc-0a000001"}],
	"VpcEndpoints": [],
	"ServiceDetails": [],
	"ManagedPrefixLists": [
		{"PrefixListId": "pl-63a5400a", "PrefixListName": "com.amazonaws.us-east-1.s3"},
		{"PrefixListId": "pl-02cd2c6b", "PrefixListName": "com.amazonaws.us-east-1.dynamodb"},
	],
}

subnet(id, zone, zone_id) := {
	"SubnetId": id,
	"VpcId": "vpc-0a000001",
	"AvailabilityZone": zone,
	"AvailabilityZoneId": zone_id,
	"OwnerId": "111122223333",
}

# Each takes members that are merged over an ordinary create request of its type.
interface(members) := create(object.union(
	{
		"VpcEndpointType": "Interface",
		"VpcId": "vpc-0a000001",
		"ServiceName": "com.amazonaws.us-east-1.sqs",
		"SubnetIds": ["subnet-0a100001", "subnet-0b100001"],
		"SecurityGroupIds": ["sg-0a000001"],
		"PrivateDnsEnabled": true,
	},
	members,
))

gateway(members) := create(object.union(
	{
		"VpcEndpointType": "Gateway",
		"VpcId": "vpc-0a000001",
		"ServiceName": "com.amazonaws.us-east-1.s3",
		"RouteTableIds": ["rtb-0a000001"],
	},
	members,
))

gwlb(members) := create(object.union(
	{
		"VpcEndpointType": "GatewayLoadBalancer",
		"VpcId": "vpc-0a000001",
		"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001",
		"SubnetIds": ["subnet-0a100001"],
	},
	members,
))

create(request) := {
	"operation": "create",
	"profile": "aws-current",
	"request": request,
	"endpoint": object.union(request, _groups(request)),
	"context": context,
	"instant": "2026-11-23T12:00:00.000000Z",
	"peers": [],
	"unknown": [],
}

_groups(request) := {"Groups": [{"GroupId": id} | some id in request.SecurityGroupIds]} if {
	is_array(request.SecurityGroupIds)
} else := {}

# A modify of an existing endpoint; `after` is what it becomes.
modify(request, current, after) := {
	"operation": "modify",
	"profile": "aws-current",
	"request": request,
	"current": current,
	"endpoint": object.union(current, after),
	"context": context,
	"instant": "2026-11-23T12:00:00.000000Z",
	"peers": [],
	"unknown": [],
}

# The proposal under the 2023 profile.
in_2023(proposal) := object.union(proposal, {"profile": "aws-2023"})

# The proposal with a context member that is not known.
without(proposal, member) := json.remove(proposal, [$"/context/{member}"])

# The proposal whose request members cannot be known yet.
unknown(proposal, members) := object.union(
	json.remove(proposal, [$"/{part}/{member}" |
		some part in ["request", "endpoint"]
		some member in members
	]),
	{"unknown": [$"/request/{member}" | some member in members]},
)
