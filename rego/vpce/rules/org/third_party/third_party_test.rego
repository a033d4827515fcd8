package vpce.rules.org.third_party_test

import data.vpce.rules.org.third_party as rule
import data.vpce.testing.fixture

told := {
	"accounts": ["111122223333"],
	"third_party": [{
		"service_name": "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001",
		"owner_account": "444455556666",
		"expires": "2026-11-23",
		"until": "2026-11-24T00:00:00.000000Z",
	}],
}

owned_by(owner) := object.union(fixture.gwlb({}), {"context": {"ServiceDetails": [{
	"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001",
	"ServiceType": [{"ServiceType": "GatewayLoadBalancer"}],
	"Owner": owner,
}]}})

messages(proposal) := {found.message | some found in denied} if {
	denied := rule.deny with input as proposal with data.org as told
}

test_a_listed_service_of_the_listed_owner_passes if {
	messages(owned_by("444455556666")) == set()
	messages(owned_by("111122223333")) == set()
	messages(fixture.interface({})) == set()
}

test_others_are_told_why_not if {
	name := "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001"
	messages(owned_by("999900001111")) == {$"{name} is owned by 999900001111, but is registered for 444455556666"}
	late := object.union(owned_by("444455556666"), {"instant": "2026-11-24T00:00:00.000000Z"})
	messages(late) == {$"the registration of {name} ended on 2026-11-23"}
	count(messages(fixture.gwlb({"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0c000000000000003"}))) == 1
}

test_an_owner_nobody_tells_may_be_the_registered_one if {
	name := "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001"
	messages(fixture.gwlb({})) == set()
	rule.undetermined == {{
		"reason": $"whether {name} is owned by 444455556666, for which it is registered, is not known",
		"missing": ["/context/ServiceDetails"],
	}} with data.org as told with input as object.union(fixture.gwlb({}), {"instant": "2026-11-22T00:00:00.000000Z"})
	late := object.union(fixture.gwlb({}), {"instant": "2026-11-24T00:00:00.000000Z"})
	messages(late) == {$"the registration of {name} ended on 2026-11-23"}
	rule.undetermined == set() with data.org as told with input as late
	rule.undetermined == set() with data.org as told with input as owned_by("999900001111")
}

test_a_service_that_stays_on_the_list if {
	forever := object.union(told, {"third_party": [object.remove(told.third_party[0], ["until", "expires"])]})
	rule.deny == set() with input as owned_by("444455556666") with data.org as forever
}

test_an_unknown_service_is_not_told if {
	count(rule.undetermined) == 1 with data.org as told with input as fixture.unknown(fixture.gwlb({}), ["ServiceName"])
	rule.deny == set() with input as fixture.gwlb({})
}

test_a_delete_is_not_judged if {
	deleted := object.union(fixture.unknown(fixture.gwlb({}), ["ServiceName"]), {"operation": "delete"})
	rule.deny | rule.undetermined == set() with input as deleted with data.org as told
	rule.undetermined == set() with input as fixture.unknown(fixture.gwlb({}), ["ServiceName"])
	rule.undetermined == set() with input as owned_by("444455556666") with data.org as told
}

test_services_of_own_accounts_need_no_registration if {
	nobody := {"accounts": ["111122223333"], "third_party": []}
	rule.deny == set() with input as owned_by("111122223333") with data.org as nobody
	rule.deny == set() with input as owned_by("111122223333")
		with data.org as object.union(told, {"third_party": [object.union(
			told.third_party[0],
			{"owner_account": "111122223333", "until": "2026-01-01T00:00:00.000000Z"},
		)]})
}

test_a_registration_for_another_owner_that_ended_is_told_once if {
	over := object.union(told.third_party[0], {"until": "2026-01-01T00:00:00.000000Z"})
	{contains(d.message, "is registered for") | some d in rule.deny} == {true} with input as owned_by("999900001111")
		with data.org as object.union(told, {"third_party": [over]})
}

test_a_service_known_later_matters_where_there_is_a_list if {
	hidden := fixture.unknown(fixture.gwlb({}), ["ServiceName"])
	count(rule.undetermined) == 1 with input as hidden with data.org as told
	rule.undetermined == set() with input as hidden
	rule.undetermined == set() with input as object.union(hidden, {"operation": "delete"}) with data.org as told
	rule.undetermined == set() with input as owned_by("444455556666") with data.org as told
}
