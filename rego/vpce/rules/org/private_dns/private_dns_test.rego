package vpce.rules.org.private_dns_test

import data.vpce.rules.org.private_dns as rule
import data.vpce.testing.fixture

told := {"dns": {"require_private_dns": true, "central_vpcs": ["vpc-0b00000b"], "exempt_services": ["dynamodb"]}}

details := [{
	"ServiceName": "com.amazonaws.us-east-1.sqs",
	"ServiceType": [{"ServiceType": "Interface"}],
	"PrivateDnsName": "sqs.us-east-1.amazonaws.com",
}]

asking(members) := object.union(fixture.interface(members), {"context": {"ServiceDetails": details}})

number(proposal) := count(denied) if {
	denied := rule.deny with input as proposal with data.org as told
}

unsure(proposal) := count(found) if {
	found := rule.undetermined with input as proposal with data.org as told
}

test_private_dns_is_on_but_in_hubs if {
	number(asking({})) == 0
	number(asking({"PrivateDnsEnabled": false})) == 1
	number(asking({"VpcId": "vpc-0b00000b"})) == 1
	number(asking({"VpcId": "vpc-0b00000b", "PrivateDnsEnabled": false})) == 0
}

test_what_does_not_matter_is_not_asked if {
	unsure(fixture.unknown(asking({"ServiceName": "com.amazonaws.us-east-1.dynamodb"}), ["PrivateDnsEnabled"])) == 0
	unsure(fixture.unknown(fixture.gateway({}), ["PrivateDnsEnabled"])) == 0
	new := "com.amazonaws.us-east-1.brand-new"
	unsure(fixture.interface({"ServiceName": new})) == 0
	unsure(fixture.interface({"ServiceName": new, "VpcId": "vpc-0b00000b", "PrivateDnsEnabled": false})) == 0
	provided := "com.amazonaws.vpce.us-east-1.vpce-svc-0b000000000000002"
	unsure(fixture.interface({"ServiceName": provided, "PrivateDnsEnabled": false})) == 0
	no_hubs := {"dns": {"require_private_dns": true}}
	elsewhere := fixture.unknown(asking({}), ["VpcId"])
	rule.undetermined == set() with input as elsewhere with data.org as no_hubs
	off := {"dns": {"require_private_dns": false}}
	rule.deny == set() with input as asking({"PrivateDnsEnabled": false}) with data.org as off
}

test_exempt_services_and_those_without_a_name_pass if {
	number(asking({"ServiceName": "com.amazonaws.us-east-1.dynamodb", "PrivateDnsEnabled": false})) == 0
	name := "com.amazonaws.us-east-1.brand-new"
	nameless := {"ServiceName": name, "ServiceType": [{"ServiceType": "Interface"}]}
	proposal := object.union(
		asking({"ServiceName": name, "PrivateDnsEnabled": false}),
		{"context": {"ServiceDetails": [nameless]}},
	)
	number(proposal) + unsure(proposal) == 0
}

test_what_is_not_known_is_not_judged if {
	unsure(asking({"ServiceName": "com.amazonaws.us-east-1.brand-new", "PrivateDnsEnabled": false})) == 1
	number(fixture.unknown(asking({}), ["PrivateDnsEnabled"])) == 0
	unsure(fixture.unknown(asking({}), ["PrivateDnsEnabled"])) == 1
	unsure(fixture.unknown(asking({"PrivateDnsEnabled": false}), ["VpcId"])) == 1
}

test_a_service_that_has_no_name_is_not_asked_whether_it_is_on if {
	name := "com.amazonaws.us-east-1.brand-new"
	nameless := {"ServiceName": name, "ServiceType": [{"ServiceType": "Interface"}]}
	proposal := object.union(
		fixture.unknown(asking({"ServiceName": name}), ["PrivateDnsEnabled"]),
		{"context": {"ServiceDetails": [nameless]}},
	)
	unsure(proposal) == 0
}

test_an_exempt_service_that_has_a_name_passes if {
	exempt := {"dns": {"require_private_dns": true, "exempt_services": ["sqs"]}}
	rule.deny == set() with input as asking({"PrivateDnsEnabled": false}) with data.org as exempt
}

test_an_empty_list_of_hubs_names_none if {
	nowhere := {"dns": {"require_private_dns": true, "central_vpcs": []}}
	rule.undetermined == set() with input as fixture.unknown(asking({}), ["VpcId"]) with data.org as nowhere
}
