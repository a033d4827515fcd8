package vpce.rules.common.own_subnets_test

import data.vpce.rules.common.own_subnets as rule
import data.vpce.testing.fixture

by(account, proposal) := object.union(proposal, {"context": {"AccountId": account}})

test_subnets_of_the_account_pass if {
	rule.deny == set() with input as fixture.interface({})
	rule.undetermined == set() with input as fixture.interface({})
}

test_a_shared_subnet_is_denied if {
	rule.deny == {{
		"message": "subnet-0a100001 is shared by 111122223333, and 444455556666 makes the request",
		"path": "/request/SubnetIds/0",
	}} with input as by("444455556666", fixture.interface({"SubnetIds": ["subnet-0a100001"]}))
}

test_a_route_table_of_the_vpc_owner_is_denied if {
	owned := {"context": {"RouteTables": [{"RouteTableId": "rtb-0a000001", "OwnerId": "111122223333"}]}}
	rule.deny == {{
		"message": "rtb-0a000001 belongs to 111122223333, and 444455556666 makes the request",
		"path": "/request/RouteTableIds/0",
	}} with input as by("444455556666", object.union(fixture.gateway({}), owned))
	rule.deny == set() with input as object.union(fixture.gateway({}), owned)
}

test_kept_subnets_are_not_looked_at if {
	kept := fixture.modify({"PrivateDnsEnabled": true}, {"SubnetIds": ["subnet-0a100001"]}, {})
	rule.deny == set() with input as by("444455556666", kept)
}

test_what_the_context_does_not_tell_is_undetermined if {
	rule.undetermined == {{
		"reason": "which account makes the request is not known",
		"missing": ["/context/AccountId"],
	}} with input as fixture.without(fixture.interface({}), "AccountId")
	rule.undetermined == set() with input as fixture.without(fixture.gateway({}), "AccountId")
	expected := {{
		"reason": "which account subnet-9 belongs to is not known",
		"missing": ["/context/Subnets"],
	}}
	rule.undetermined == expected with input as fixture.interface({"SubnetIds": ["subnet-9"]})
	rule.undetermined == expected with input as object.union(
		fixture.interface({"SubnetIds": ["subnet-9"]}),
		{"context": {"Subnets": [{"SubnetId": "subnet-9"}]}},
	)
}

test_subnets_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "which subnets or route tables the endpoint gets is not known yet",
		"missing": ["/request/SubnetIds"],
	}} with input as fixture.unknown(fixture.interface({}), ["SubnetIds"])
}

test_a_subnet_that_the_document_creates_is_ones_own if {
	made := {"SubnetId": "aws_subnet.a[0]", "AvailabilityZone": "us-east-1a"}
	proposal := object.union(
		fixture.without(fixture.interface({"SubnetIds": ["aws_subnet.a[0]"]}), "AccountId"),
		{"context": {"Subnets": [made]}},
	)
	rule.undetermined == set() with input as proposal
	other := object.union(proposal, {"context": {"Subnets": []}})
	count(rule.undetermined) == 2 with input as other
}
