package vpce.rules.iface.service_in_zone_test

import data.vpce.rules.iface.service_in_zone as rule
import data.vpce.testing.fixture

offered(details, proposal) := object.union(proposal, {"context": {"ServiceDetails": [object.union(
	{"ServiceName": "com.amazonaws.us-east-1.sqs", "ServiceType": [{"ServiceType": "Interface"}]},
	details,
)]}})

by_name := {"AvailabilityZones": ["us-east-1a"]}

by_id := {"AvailabilityZoneIds": ["use1-az1"], "AvailabilityZones": ["us-east-1b"]}

two := fixture.interface({})

one := fixture.interface({"SubnetIds": ["subnet-0a100001"]})

test_zones_of_the_service_pass if {
	every details in [by_name, by_id] {
		rule.deny == set() with input as offered(details, one)
		rule.undetermined == set() with input as offered(details, one)
	}
}

test_another_zone_is_denied if {
	every details in [by_name, by_id] {
		rule.deny == {{
			"message": "subnet-0b100001 is in us-east-1b, where com.amazonaws.us-east-1.sqs is not offered",
			"path": "/request/SubnetIds/1",
			"fix": [{"op": "remove", "path": "/request/SubnetIds/1"}],
		}} with input as offered(details, two)
	}
	[only] := [d | some d in rule.deny] with input as offered({"AvailabilityZoneIds": ["use1-az2"]}, one)
	not only.fix
}

test_names_of_another_account_do_not_compare if {
	shared := {"context": {"AccountId": "444455556666"}}
	rule.deny == set() with input as object.union(offered(by_name, two), shared)
	{m | some u in rule.undetermined; some m in u.missing} == {"/context/Subnets"} with input as object.union(
		offered(by_name, two),
		shared,
	)
	count(rule.deny) == 1 with input as object.union(offered(by_id, two), shared)
}

test_a_service_of_another_region_is_not_judged if {
	crossing := fixture.interface({"ServiceRegion": "us-west-2"})
	rule.deny == set() with input as offered(by_id, crossing)
	rule.undetermined == set() with input as crossing
}

reasons(proposal) := found if {
	found := {u.reason | some u in rule.undetermined} with input as proposal
}

test_what_is_not_known_is_undetermined if {
	reasons(two) == {"in which Availability Zones com.amazonaws.us-east-1.sqs is offered is not known"}
	subnets := fixture.interface({"SubnetIds": ["subnet-9"]})
	cannot := {"whether the service is offered in the Availability Zone of subnet-9 is not known"}
	every details in [by_name, by_id] {
		reasons(offered(details, subnets)) == cannot
	}
	hidden := fixture.unknown(offered(by_id, two), ["SubnetIds"])
	reasons(hidden) == {"which subnets or service the endpoint gets is not known yet"}
}

test_on_modify_new_subnets_are_judged if {
	current := {
		"VpcEndpointType": "Interface",
		"ServiceName": "com.amazonaws.us-east-1.sqs",
		"SubnetIds": ["subnet-0b100001"],
	}
	added := fixture.modify({"AddSubnetIds": ["subnet-0a100001"]}, current, {})
	rule.deny == set() with input as offered(by_id, added)
	rule.undetermined == set() with input as fixture.modify({"PrivateDnsEnabled": true}, current, {})
}

test_a_subnet_that_the_document_creates_has_zone_names_of_the_one_who_asks if {
	made := {"SubnetId": "aws_subnet.a[0]", "AvailabilityZone": "us-east-1c"}
	proposal := object.union(
		fixture.without(fixture.interface({"SubnetIds": ["aws_subnet.a[0]"]}), "AccountId"),
		{"context": {"Subnets": [made]}},
	)
	{d.message | some d in rule.deny} == {
		"aws_subnet.a[0] is in us-east-1c, where com.amazonaws.us-east-1.sqs is not offered",
	} with input as offered(by_name, proposal)
	rule.undetermined == set() with input as offered({"AvailabilityZones": ["us-east-1c"]}, proposal)
}

test_an_expression_may_be_any_zone if {
	told := object.union(one, {"context": {"Subnets": [{
		"SubnetId": "subnet-0a100001",
		"OwnerId": one.context.AccountId,
		"AvailabilityZone": "${GetAZs[0]}",
	}]}})
	rule.deny == set() with input as offered(by_name, told)
	count(rule.undetermined) == 1 with input as offered(by_name, told)
}

test_an_expression_may_be_any_zone_of_a_subnet_that_is_made_too if {
	made := {"SubnetId": "${A}", "AvailabilityZone": "${GetAZs[0]}"}
	proposal := object.union(fixture.interface({"SubnetIds": ["${A}"]}), {"context": {"Subnets": [made]}})
	rule.deny == set() with input as offered(by_name, proposal)
}

having(id, subnet) := object.union(
	fixture.interface({"SubnetIds": [id]}),
	{"context": {"Subnets": [object.union({"SubnetId": id, "VpcId": "vpc-0a000001"}, subnet)]}},
)

neither(proposal) if {
	rule.deny == set() with input as proposal
	{u.missing | some u in rule.undetermined} == {["/context/Subnets"]} with input as proposal
}

test_names_compare_only_where_it_is_told_whose_they_are if {
	neither(offered(by_name, having("subnet-0a000001", {"AvailabilityZone": "us-east-1b"})))
	foreign := {"AvailabilityZone": "us-east-1b", "OwnerId": "444455556666"}
	neither(offered(by_name, having("aws_subnet.a", foreign)))
	own := having("aws_subnet.a", {"AvailabilityZone": "us-east-1b"})
	count(rule.deny) == 1 with input as offered(by_name, own)
	rule.deny == set() with input as offered({}, own)
}

test_a_subnet_that_says_no_zone_is_undetermined if {
	neither(offered(by_id, having("subnet-0a000001", {"AvailabilityZone": "us-east-1b", "OwnerId": "111122223333"})))
	neither(offered(by_name, having("subnet-0a000001", {"OwnerId": "111122223333"})))
}

new_in(zone) := object.union(
	offered({"AvailabilityZones": ["${GetAZs[0]}"]}, fixture.interface({"SubnetIds": ["${A}"]})),
	{"context": {"Subnets": [{"SubnetId": "${A}", "AvailabilityZone": zone}]}},
)

test_expressions_of_one_document_are_zones if {
rule.deny |
	rule.undetermined == set() with input as new_in("${GetAZs[0]}")
	count(rule.deny) == 1 with input as new_in("${GetAZs[1]}")
	rule.undetermined == set() with input as new_in("${GetAZs[1]}")
	every zone in ["{{Zone}}", "us-east-1a"] {
		rule.deny == set() with input as new_in(zone)
		count(rule.undetermined) == 1 with input as new_in(zone)
	}
}

before(members, details) := object.union(
	json.remove(fixture.interface({"SubnetIds": ["subnet-0a000001"]}), ["/context/ServiceDetails", "/context/Subnets"]),
	{"context": object.union(details, {"predecessor": object.union(
		{"ServiceName": "com.amazonaws.us-east-1.sqs", "SubnetIds": ["subnet-0a000001"], "State": "available"},
		members,
	)})},
)

test_a_subnet_that_the_service_was_offered_in_before_is_settled if {
	told := {"ServiceDetails": [{
		"ServiceName": "com.amazonaws.us-east-1.sqs",
		"ServiceType": [{"ServiceType": "Interface"}],
		"AvailabilityZones": ["us-east-1a"],
	}]}
	every details in [{}, told] {
		rule.undetermined == set() with input as before({}, details)
		count(rule.undetermined) == 1 with input as before({"SubnetIds": ["subnet-0b000001"]}, details)
		count(rule.undetermined) == 1 with input as before({"ServiceName": "com.amazonaws.us-east-1.sns"}, details)
	}
}
