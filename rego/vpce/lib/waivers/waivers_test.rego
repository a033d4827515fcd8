package vpce.lib.waivers_test

import data.vpce.lib.waivers
import data.vpce.testing.fixture

waiver := {
	"id": "W-1",
	"rule": "VPCE-ORG-006",
	"match": {"vpc_id": "vpc-0a000001"},
	"approved_by": "netsec",
	"expires": "2026-12-31T00:00:00.000000Z",
	"ends": "2026-12-31T00:00:00Z",
	"warn_from": "2026-12-17T00:00:00.000000Z",
}

proposal := object.union(fixture.interface({"TagSpecifications": []}), {"address": "aws_vpc_endpoint.sqs"})

ids(extra, given) := {told.id | some told in found} if {
	found := waivers.in_force with data.org as {"waivers": [object.union(waiver, extra)], "environment": "prod"}
		with input as given
}

matched(match, given) if {
	found := waivers.in_force with data.org as {
		"waivers": [object.union(object.remove(waiver, ["match"]), {"match": match})],
		"environment": "prod",
	}
		with input as given
	count(found) == 1
}

test_a_waiver_counts_where_its_match_agrees if {
	ids({}, proposal) == {"W-1"}
	every match in [
		{"service": "sqs"},
		{"service": ["sns", "com.amazonaws.*.sqs"]},
		{"account": "111122223333", "region": "us-*"},
		{"environment": "prod"},
		{"endpoint_type": "Interface"},
		{"address": "aws_vpc_endpoint.*"},
	] {
		matched(match, proposal)
	}
	matched(
		{"endpoint_id": "vpce-1"},
		{"instant": "2026", "context": {"principal": "a/b"}, "request": {"VpcEndpointId": "vpce-1"}},
	)
}

test_every_member_has_to_agree if {
	every match in [
		{"vpc_id": "vpc-0a000001", "service": "sns"},
		{"vpc_id": "vpc-1"},
		{"team": "net"},
		{"tags": {"Owner": "net"}},
		{"endpoint_id": "vpce-1"},
	] {
		not matched(match, proposal)
	}
}

test_tags_are_compared_as_they_are if {
	tagged := object.union(proposal, {"endpoint": {"Tags": [{"Key": "Owner", "Value": "net"}]}})
	matched({"tags": {"Owner": "net"}}, tagged)
	not matched({"tags": {"Owner": "n*"}}, tagged)
	not matched({"tags": {"Owner": "net", "Team": "net"}}, tagged)
}

test_one_that_is_over_or_not_yet_begun_or_refused_does_not_count if {
	ids({"expires": "2026-11-23T12:00:00.000000Z"}, proposal) == set()
	ids({"starts": "2026-11-23T12:00:00.000001Z"}, proposal) == set()
	ids({"starts": "2026-11-23T12:00:00.000000Z"}, proposal) == {"W-1"}
	ids({"refused": "it names no ticket"}, proposal) == set()
}

test_nobody_approves_a_waiver_for_themselves if {
	ids({"approved_by": proposal.context.principal}, proposal) == set()
	ids({"approved_by": "Deployer"}, proposal) == set()
	ids({"approved_by": "role"}, proposal) == {"W-1"}
}

test_where_nobody_says_who_asks_the_waiver_has_to if {
	anonymous := json.remove(proposal, ["/context/principal"])
	ids({}, anonymous) == set()
	ids({"requested_by": "payments"}, anonymous) == {"W-1"}
}

test_without_a_time_none_counts if {
	ids({}, json.remove(proposal, ["/instant"])) == set()
}
