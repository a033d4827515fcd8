package vpce.rules.gw.clients_let_out_test

import data.vpce.rules.gw.clients_let_out as rule
import data.vpce.testing.fixture

clients(egress) := object.union(
	fixture.gateway({}),
	{"context": {"SecurityGroups": [{
		"GroupId": "sg-1",
		"VpcId": "vpc-0a000001",
		"IpPermissionsEgress": egress,
	}]}},
)

tcp(to) := object.union({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}, to)

anywhere := {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}

listed := {"PrefixListIds": [{"PrefixListId": "pl-63a5400a"}]}

test_clients_that_get_out_need_no_word if {
	every permission in [
		tcp(anywhere),
		tcp(listed),
		object.union(anywhere, {"IpProtocol": "-1"}),
		object.union(tcp(listed), {"IpProtocol": "6", "FromPort": 0, "ToPort": 65535}),
	] {
		rule.deny == set() with input as clients([permission])
	}
	rule.deny == set() with input as fixture.gateway({})
	elsewhere := {"context": {"SecurityGroups": [{"GroupId": "sg-2", "VpcId": "vpc-1", "IpPermissionsEgress": []}]}}
	rule.deny == set() with input as object.union(fixture.gateway({}), elsewhere)
}

test_clients_that_do_not_are_told if {
	message := concat("", [
		"no egress rule of sg-1 admits TCP 443 to com.amazonaws.us-east-1.s3",
		" (prefix list pl-63a5400a), so clients with these groups only do not reach it",
	])
	every permissions in [
		[],
		[tcp({"IpRanges": [{"CidrIp": "10.0.0.0/16"}]})],
		[tcp({"PrefixListIds": [{"PrefixListId": "pl-02cd2c6b"}]})],
		[object.union(tcp(anywhere), {"FromPort": 444, "ToPort": 500})],
		[object.union(tcp(anywhere), {"FromPort": 80, "ToPort": 442})],
		[object.union(tcp(anywhere), {"IpProtocol": "udp"})],
	] {
		rule.deny == {{
			"message": message,
			"path": "/request/ServiceName",
			"remediation": "Add an egress rule for TCP 443 to pl-63a5400a, and admit its ranges in network ACLs.",
		}} with input as clients(permissions)
	}
}

test_without_the_prefix_list_nothing_can_be_said if {
	untold := object.union(clients([tcp(listed)]), {"context": {"ManagedPrefixLists": []}})
	rule.deny == set() with input as untold
	rule.undetermined == {{
		"reason": "the prefix list of the service is not known, so sg-1 may let clients out to it",
		"missing": ["/context/ManagedPrefixLists"],
	}} with input as untold
	open := object.union(clients([tcp(anywhere)]), {"context": {"ManagedPrefixLists": []}})
	rule.undetermined == set() with input as open
}

test_groups_without_egress_are_told_of_without_the_prefix_list if {
	message := concat("", [
		"no egress rule of sg-1 admits TCP 443 to any address,",
		" so clients with these groups only do not reach com.amazonaws.us-east-1.s3",
	])
	every permissions in [
		[],
		[tcp({"UserIdGroupPairs": [{"GroupId": "sg-2"}], "IpRanges": []})],
		[object.union(tcp(anywhere), {"IpProtocol": "udp"})],
	] {
		untold := object.union(clients(permissions), {"context": {"ManagedPrefixLists": []}})
		rule.deny == {{"message": message, "path": "/request/ServiceName"}} with input as untold
		rule.undetermined == set() with input as untold
	}
	every to in [{"Ipv6Ranges": [{"CidrIpv6": "2600::/16"}]}, {"IpRanges": [{"CidrIp": "52.0.0.0/8"}]}] {
		perhaps := object.union(clients([tcp(to)]), {"context": {"ManagedPrefixLists": []}})
		rule.deny == set() with input as perhaps
		count(rule.undetermined) == 1 with input as perhaps
	}
}

test_a_vpc_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether clients get out to the service is not known yet",
		"missing": ["/request/VpcId"],
	}} with input as fixture.unknown(clients([]), ["VpcId"])
	rule.undetermined == set() with input as fixture.unknown(fixture.gateway({}), ["VpcId"])
	rule.undetermined == set() with input as clients([])
}

test_only_a_create_is_looked_at if {
	untold := object.union(clients([tcp(listed)]), {"context": {"ManagedPrefixLists": []}})
	rule.undetermined == set() with input as object.union(untold, {"operation": "modify"})
	shut := object.union(clients([]), {"context": {"ManagedPrefixLists": []}})
	rule.deny == set() with input as object.union(shut, {"operation": "modify"})
	rule.deny == set() with input as object.union(clients([]), {"operation": "modify"})
}
