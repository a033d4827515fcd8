package vpce.rules.org.client_ranges_test

import data.vpce.rules.org.client_ranges as rule
import data.vpce.testing.fixture

told := {"network": {
	"allowed_client_cidrs": ["10.0.0.0/8", "fd00::/8"],
	"allowed_prefix_lists": ["pl-1"],
	"max_ipv4_prefix_open": 8,
}}

with_rule(permission) := object.union(fixture.interface({}), {"context": {
	"AccountId": "111122223333",
	"ManagedPrefixLists": [{"PrefixListId": "pl-2", "Entries": [{"Cidr": "0.0.0.0/0"}]}],
	"SecurityGroups": [{"GroupId": "sg-0a000001", "IpPermissions": [permission]}],
}})

number(permission) := count(denied) if {
	denied := rule.deny with input as with_rule(permission) with data.org as told
}

unsure(permission) := count(found) if {
	found := rule.undetermined with input as with_rule(permission) with data.org as told
}

test_ranges_within_the_allowed_pass if {
	number({"IpRanges": [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "10.1.0.0/16"}]}) == 0
	number({"Ipv6Ranges": [{"CidrIpv6": "fd00:1::/64"}]}) == 0
}

test_other_ranges_are_open if {
	number({"IpRanges": [{"CidrIp": "0.0.0.0/1"}, {"CidrIp": "128.0.0.0/1"}]}) == 2
	number({"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}) == 1
	number({"IpRanges": [{"CidrIp": "192.168.0.0/16"}]}) == 1
}

test_size_alone_may_be_the_limit if {
	only := {"network": {"max_ipv4_prefix_open": 8}}
	rule.deny == set() with input as with_rule({"IpRanges": [{"CidrIp": "52.0.0.0/8"}]}) with data.org as only
	count(rule.deny) == 1 with input as with_rule({"IpRanges": [{"CidrIp": "0.0.0.0/1"}]}) with data.org as only
}

test_prefix_lists_are_listed_or_looked_into if {
	number({"PrefixListIds": [{"PrefixListId": "pl-1"}]}) == 0
	number({"PrefixListIds": [{"PrefixListId": "pl-2"}]}) == 1
	number({"PrefixListIds": [{"PrefixListId": "pl-3"}]}) == 0
	unsure({"PrefixListIds": [{"PrefixListId": "pl-3"}]}) == 1
}

test_groups_of_the_account_pass if {
	unsure({"UserIdGroupPairs": [{"GroupId": "sg-1", "UserId": "111122223333"}]}) == 0
	unsure({"UserIdGroupPairs": [{"GroupId": "sg-1", "UserId": "999900001111"}]}) == 1
}

test_what_is_not_known_is_not_judged if {
	count(rule.undetermined) == 1 with input as fixture.without(fixture.interface({}), "SecurityGroups")
		with data.org as told
	later := json.remove(fixture.unknown(fixture.interface({}), ["SecurityGroupIds"]), ["/endpoint/Groups"])
	count(rule.undetermined) == 1 with input as later with data.org as told
	count(rule.undetermined) == 1 with input as json.remove(fixture.interface({}), ["/endpoint/Groups"])
		with data.org as told
	rule.deny | rule.undetermined == set() with input as fixture.interface({})
}

test_members_of_the_group_itself_are_of_the_account if {
	pair := {"GroupId": fixture.interface({}).request.SecurityGroupIds[0]}
	unsure({"UserIdGroupPairs": [pair]}) == 0
	unsure({"UserIdGroupPairs": [{"GroupId": "sg-1"}]}) == 1
}
