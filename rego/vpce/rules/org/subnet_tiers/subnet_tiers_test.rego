package vpce.rules.org.subnet_tiers_test

import data.vpce.rules.org.subnet_tiers as rule
import data.vpce.testing.fixture

told := {"network": {"tier_tag": "Tier", "subnet_tiers": {"allowed": ["private"]}}}

inside(tags, routes) := object.union(fixture.interface({"SubnetIds": ["subnet-1"]}), {"context": {
	"Subnets": [object.union({"SubnetId": "subnet-1", "VpcId": "vpc-0a000001"}, tags)],
	"RouteTables": [{"VpcId": "vpc-0a000001", "Associations": [{"SubnetId": "subnet-1"}], "Routes": routes}],
}})

tier(value) := {"Tags": [{"Key": "Tier", "Value": value}]}

number(proposal) := count(denied) if {
	denied := rule.deny with input as proposal with data.org as told
}

test_endpoints_are_in_subnets_of_their_tier if {
	number(inside(tier("private"), [])) == 0
	number(inside(tier("public"), [])) == 1
	number(inside({"Tags": []}, [])) == 1
	number(inside({}, [])) == 0
	rule.deny == set() with input as inside(tier("public"), [])
}

test_a_public_subnet_is_one_whatever_its_tag_says if {
	number(inside(tier("private"), [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}])) == 1
}

test_what_is_not_known_is_not_judged if {
	nowhere := fixture.without(inside({}, []), "RouteTables")
	count(rule.undetermined) == 1 with input as nowhere with data.org as told
	count(rule.undetermined) == 1 with input as fixture.without(inside({}, []), "Subnets") with data.org as told
	unsure := fixture.unknown(fixture.interface({}), ["SubnetIds"])
	count(rule.undetermined) == 1 with input as unsure with data.org as told
}

test_nothing_is_asked_where_no_tier_is_demanded if {
	hidden := fixture.unknown(fixture.interface({}), ["SubnetIds"])
	rule.undetermined == set() with input as hidden
	rule.undetermined == set() with input as hidden with data.org as {"network": {"tier_tag": "Tier"}}
	public := inside(tier("public"), [])
	rule.deny == set() with input as public with data.org as {"network": {"tier_tag": "Tier"}}
}

test_tags_or_routes_suffice if {
	tagged := fixture.without(inside(tier("private"), []), "RouteTables")
	rule.undetermined == set() with input as tagged with data.org as told
	untagged := fixture.without(inside({"Tags": []}, []), "RouteTables")
	rule.undetermined == set() with input as untagged with data.org as told
}
