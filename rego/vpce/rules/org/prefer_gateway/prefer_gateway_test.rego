package vpce.rules.org.prefer_gateway_test

import data.vpce.rules.org.prefer_gateway as rule
import data.vpce.testing.fixture

told := {"chooser": {"prefer_gateway": true}}

s3 := fixture.interface({"ServiceName": "com.amazonaws.us-east-1.s3"})

number(proposal) := count(denied) if {
	denied := rule.deny with input as proposal with data.org as told
}

test_a_gateway_is_preferred_where_it_serves if {
	number(s3) == 1
	number(object.union(s3, {"intent": {"access_paths": ["vpc"]}})) == 1
	number(object.union(s3, {"intent": {"access_paths": ["vpc", "tgw"]}})) == 0
	number(fixture.gateway({})) == 0
	number(fixture.interface({"ServiceName": "com.amazonaws.us-east-1.s3tables"})) == 0
	number(object.union(s3, {"endpoint": {"ServiceRegion": "eu-west-1"}})) == 0
	rule.deny == set() with input as s3
}

test_the_fix_is_a_gateway_in_the_tables_of_the_vpc if {
	[denied] := [denied | some denied in rule.deny] with input as s3 with data.org as told
	[op.path | some op in denied.fix] == [
		"/request/VpcEndpointType", "/request/SubnetIds", "/request/SecurityGroupIds",
		"/request/PrivateDnsEnabled", "/request/RouteTableIds",
	]
	[blind] := [denied | some denied in rule.deny] with input as fixture.without(s3, "RouteTables") with data.org as told
	not blind.fix
}

test_a_tag_may_state_the_paths if {
	by_tag := {"chooser": {"prefer_gateway": true, "access_path_tag": "AccessPaths"}}
	tagged := object.union(s3, {"endpoint": {"Tags": [{"Key": "AccessPaths", "Value": "vpc on-prem-dx"}]}})
	rule.deny == set() with input as tagged with data.org as by_tag
	unsure := object.union(s3, {"unknown": ["/request/TagSpecifications"]})
	rule.deny == set() with input as unsure with data.org as by_tag
	count(rule.undetermined) == 1 with input as unsure with data.org as by_tag
}

test_what_is_stated_elsewhere_settles_an_unknown_tag if {
	by_tag := {"chooser": {"prefer_gateway": true, "access_path_tag": "AccessPaths"}}
	hidden := {"unknown": ["/request/TagSpecifications"]}
	stated := object.union(object.union(s3, hidden), {"intent": {"access_paths": ["tgw"]}})
	rule.deny | rule.undetermined == set() with input as stated with data.org as by_tag
	rule.undetermined == set() with input as object.union(fixture.gateway({}), hidden) with data.org as by_tag
	rule.undetermined == set() with input as s3 with data.org as by_tag
}
