package vpce.rules.org.waivers_test

import data.vpce.rules.org.waivers as rule
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

said(extra, proposal) := {[found.path, object.get(found, "enforcement_action", "deny")] | some found in denied} if {
	denied := rule.deny with input as proposal with data.org as {"waivers": [object.union(waiver, extra)]}
}

test_a_waiver_that_counts_is_silent_until_it_is_about_to_end if {
	said({}, fixture.interface({})) == set()
	said({"warn_from": "2026-11-23T12:00:00.000000Z"}, fixture.interface({})) == {["/context/time", "warn"]}
}

test_one_that_does_not_says_why if {
	said({"expires": "2026-11-23T12:00:00.000000Z"}, fixture.interface({})) == {["/context/time", "deny"]}
	said({"starts": "2026-11-23T12:00:01.000000Z"}, fixture.interface({})) == {["/context/time", "deny"]}
	said({"approved_by": "deployer"}, fixture.interface({})) == {["/context/principal", "deny"]}
	said({"refused": "it names no ticket"}, fixture.interface({})) == {["", "deny"]}
	said({}, fixture.without(fixture.interface({}), "principal")) == {["/context/principal", "deny"]}
	said({}, json.remove(fixture.interface({}), ["/instant"])) == {["/context/time", "deny"]}
}

test_one_that_does_not_match_is_silent if {
	said({"match": {"vpc_id": "vpc-1"}, "refused": "x"}, fixture.interface({"VpcId": "vpc-2"})) == set()
}

test_it_says_what_it_is_about if {
	{found.about | some found in rule.deny} == {"VPCE-ORG-006"} with input as fixture.interface({})
		with data.org as {"waivers": [object.union(waiver, {"refused": "x"})]}
}

test_where_one_counts_others_do_not_matter if {
	over := object.union(waiver, {"id": "W-0", "expires": "2026-01-01T00:00:00.000000Z"})
	rule.deny == set() with input as fixture.interface({}) with data.org as {"waivers": [over, waiver]}
}

test_a_waiver_that_starts_now_counts if {
	said({"starts": "2026-11-23T12:00:00.000000Z"}, fixture.interface({})) == set()
}

test_one_that_counts_for_another_rule_changes_nothing if {
	over := object.union(waiver, {"id": "W-0", "refused": "x"})
	other := object.union(waiver, {"rule": "VPCE-ORG-005"})
	{found.message | some found in rule.deny} == {"waiver W-0 for VPCE-ORG-006 does not apply: x"}
		with input as fixture.interface({})
		with data.org as {"waivers": [over, other]}
}

test_two_that_are_about_to_end_are_both_told if {
	soon := object.union(waiver, {"warn_from": "2026-11-23T12:00:00.000000Z"})
	count(rule.deny) == 2 with input as fixture.interface({})
		with data.org as {"waivers": [soon, object.union(soon, {"id": "W-2"})]}
}
