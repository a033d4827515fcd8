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

tagging := {"chooser": {"prefer_gateway": true, "access_path_tag": "AccessPaths"}}

test_tags_known_later_matter_only_where_nothing_is_stated_and_a_gateway_would_do if {
	hidden := {"unknown": ["/request/TagSpecifications"]}
	count(rule.undetermined) == 1 with input as object.union(s3, hidden) with data.org as tagging
	stated := object.union(s3, {"intent": {"access_paths": ["tgw"]}})
	rule.undetermined == set() with input as object.union(stated, hidden) with data.org as tagging
	rule.undetermined == set() with input as object.union(fixture.interface({}), hidden) with data.org as tagging
	rule.undetermined == set() with input as s3 with data.org as tagging
}

test_a_fix_names_the_tables_of_the_vpc_and_only_for_a_create if {
	elsewhere := {"RouteTableId": "rtb-9", "VpcId": "vpc-0f000009", "Routes": []}
	tables := array.concat(fixture.context.RouteTables, [elsewhere])
	proposal := object.union(s3, {"context": {"RouteTables": tables}})
	[fixed] := [d | some d in rule.deny] with input as proposal with data.org as told
	["rtb-0a000001", "rtb-0b000001"] in {operation.value | some operation in fixed.fix}
	current := object.union(s3.request, {"VpcEndpointId": "vpce-1"})
	[kept] := [d | some d in rule.deny] with input as fixture.modify({}, current, {}) with data.org as told
	not kept.fix
}
