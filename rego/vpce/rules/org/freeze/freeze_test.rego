package vpce.rules.org.freeze_test

import data.vpce.rules.org.freeze as rule
import data.vpce.testing.fixture

told := {"environment": "prod", "freeze": [{
	"from": "2026-11-23T12:00:00.000000Z",
	"to": "2026-11-24T00:00:00.000000Z",
	"envs": ["prod"],
	"except_classes": ["emergency"],
}]}

at(instant) := object.union(fixture.interface({}), {"instant": instant})

number(proposal) := count(denied) if {
	denied := rule.deny with input as proposal with data.org as told
}

test_the_window_is_half_open if {
	number(at("2026-11-23T11:59:59.999999Z")) == 0
	number(at("2026-11-23T12:00:00.000000Z")) == 1
	number(at("2026-11-23T23:59:59.999999Z")) == 1
	number(at("2026-11-24T00:00:00.000000Z")) == 0
}

test_it_holds_in_its_environments if {
	rule.deny == set() with input as fixture.interface({}) with data.org as object.union(told, {"environment": "dev"})
	nowhere := object.remove(told, ["environment"])
	rule.deny == set() with input as fixture.interface({}) with data.org as nowhere
	count(rule.undetermined) == 1 with input as fixture.interface({}) with data.org as nowhere
	rule.undetermined == set() with input as at("2026-11-25T00:00:00.000000Z") with data.org as nowhere
	rule.undetermined == set() with input as at("2026-11-22T00:00:00.000000Z") with data.org as nowhere
}

test_a_class_may_be_excepted if {
	number(object.union(fixture.interface({}), {"intent": {"change_class": "emergency"}})) == 0
	number(object.union(fixture.interface({}), {"intent": {"change_class": "standard"}})) == 1
}

test_without_a_time_nothing_is_changed if {
	number(json.remove(fixture.interface({}), ["/instant"])) == 1
}

test_the_freeze_and_a_way_around_it_are_named if {
	denied := {
		"message": "change freeze from 2026-11-23 12:00 UTC to 2026-11-24 00:00 UTC",
		"path": "/context/time",
		"remediation": "Wait until 2026-11-24 00:00 UTC, or state intent.change_class emergency.",
	}
	rule.deny == {denied} with input as fixture.interface({}) with data.org as told
	every window in [
		object.remove(told.freeze[0], ["except_classes"]),
		object.union(told.freeze[0], {"except_classes": []}),
	] {
		rule.deny == {object.union(denied, {"remediation": "Wait until 2026-11-24 00:00 UTC."})}
			with input as fixture.interface({})
			with data.org as {"environment": "prod", "freeze": [window]}
	}
}

test_an_end_that_is_now_is_past if {
	nowhere := object.remove(told, ["environment"])
	rule.undetermined == set() with input as at("2026-11-24T00:00:00.000000Z") with data.org as nowhere
}

test_without_a_time_only_freezes_of_the_environment_count if {
	dev := object.union(told, {"environment": "dev"})
	rule.deny == set() with input as json.remove(fixture.interface({}), ["/instant"]) with data.org as dev
}
