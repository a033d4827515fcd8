package vpce.rules.gwlb.service_in_zone_test

import data.vpce.rules.gwlb.service_in_zone as rule
import data.vpce.testing.fixture

offering(proposal, ids) := object.union(proposal, {"context": {"ServiceDetails": [{
	"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001",
	"ServiceType": [{"ServiceType": "GatewayLoadBalancer"}],
	"AvailabilityZones": ["us-east-1b"],
	"AvailabilityZoneIds": ids,
}]}})

test_a_zone_of_the_service_passes if {
	rule.deny == set() with input as offering(fixture.gwlb({}), ["use1-az1"])
	rule.undetermined == set() with input as offering(fixture.gwlb({}), ["use1-az1"])
}

test_another_zone_is_denied if {
	rule.deny == {{
		"message": "subnet-0a100001 is in use1-az1, but the service is only in use1-az2, use1-az4",
		"path": "/request/SubnetIds/0",
	}} with input as offering(fixture.gwlb({}), ["use1-az4", "use1-az2"])
}

test_zones_the_context_does_not_tell_are_undetermined if {
	told := {{
		"reason": concat(" ", [
			"in which Availability Zones com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001",
			"is offered is not known by id",
		]),
		"missing": ["/context/ServiceDetails"],
	}}
	rule.undetermined == told with input as offering(fixture.gwlb({}), [])
	rule.undetermined == {{
		"reason": "the id of the Availability Zone of subnet-9 is not known",
		"missing": ["/context/Subnets"],
	}} with input as offering(fixture.gwlb({"SubnetIds": ["subnet-9"]}), ["use1-az1"])
	no_id := {"context": {"Subnets": [{"SubnetId": "subnet-9"}]}}
	count(rule.undetermined) == 1 with input as object.union(
		offering(fixture.gwlb({"SubnetIds": ["subnet-9"]}), ["use1-az1"]),
		no_id,
	)
	rule.deny == set() with input as object.union(
		offering(fixture.gwlb({"SubnetIds": ["subnet-9"]}), ["use1-az1"]),
		no_id,
	)
}

test_what_is_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "which subnet or service the endpoint gets is not known yet",
		"missing": ["/request/SubnetIds"],
	}} with input as offering(fixture.unknown(fixture.gwlb({}), ["SubnetIds"]), ["use1-az1"])
}

named(detail, subnet) := object.union(fixture.gwlb({"SubnetIds": ["${A}"]}), {"context": {
	"ServiceDetails": [object.union(
		{
			"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001",
			"ServiceType": [{"ServiceType": "GatewayLoadBalancer"}],
			"AvailabilityZones": ["${GetAZs[0]}"],
		},
		detail,
	)],
	"Subnets": [object.union({"SubnetId": "${A}"}, subnet)],
}})

test_zone_names_compare_within_one_account_or_document if {
	every owner in [[{"Owner": "1"}, {"OwnerId": "1"}], [{"ServiceId": "${S}"}, {}]] {
		same := named(owner[0], object.union(owner[1], {"AvailabilityZone": "${GetAZs[0]}"}))
		rule.deny | rule.undetermined == set() with input as same
		other := named(owner[0], object.union(owner[1], {"AvailabilityZone": "${GetAZs[1]}"}))
		{d.message | some d in rule.deny} == {
			"${A} is in ${GetAZs[1]}, but the service is only in ${GetAZs[0]}",
		} with input as other
		rule.undetermined == set() with input as other
		every zone in [{"AvailabilityZone": "{{Zone}}"}, {}] {
			open := named(owner[0], object.union(owner[1], zone))
			rule.deny == set() with input as open
			{u.reason | some u in rule.undetermined} == {
				"whether the service is offered in the Availability Zone of ${A} is not known",
			} with input as open
		}
	}
}

test_zone_names_of_two_accounts_do_not_compare if {
	every owner in [[{"Owner": "1"}, {"OwnerId": "2"}], [{"Owner": "1"}, {}], [{}, {}]] {
		other := named(owner[0], object.union(owner[1], {"AvailabilityZone": "${GetAZs[1]}"}))
		rule.deny == set() with input as other
		count(rule.undetermined) == 1 with input as other
	}
}
