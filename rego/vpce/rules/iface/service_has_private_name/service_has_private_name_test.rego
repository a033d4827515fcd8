package vpce.rules.iface.service_has_private_name_test

import data.vpce.rules.iface.service_has_private_name as rule
import data.vpce.testing.fixture

publishing(members) := object.union(
	fixture.interface({}),
	{"context": {"ServiceDetails": [object.union(
		{"ServiceName": "com.amazonaws.us-east-1.sqs", "ServiceType": [{"ServiceType": "Interface"}]},
		members,
	)]}},
)

nowhere := {"partitions": {}, "services": {}}

fix := [{"op": "replace", "path": "/request/PrivateDnsEnabled", "value": false}]

test_a_published_name_passes if {
	rule.deny == set() with input as publishing({"PrivateDnsName": "sqs.us-east-1.amazonaws.com"})
	rule.undetermined == set() with input as publishing({"PrivateDnsName": "sqs.us-east-1.amazonaws.com"})
}

test_without_a_name_it_is_denied if {
	rule.deny == {{
		"message": "private DNS is asked for, but com.amazonaws.us-east-1.sqs publishes no private DNS name",
		"path": "/request/PrivateDnsEnabled",
		"fix": fix,
	}} with input as publishing({}) with data.vpce.services as nowhere
	off := object.union(publishing({}), {"request": {"PrivateDnsEnabled": false}})
	rule.deny == set() with input as off with data.vpce.services as nowhere
}

test_s3_had_none_in_2023 if {
	s3 := fixture.interface({"ServiceName": "com.amazonaws.us-east-1.s3"})
	catalogue := {
		"partitions": {"aws": {"dns_suffix": "amazonaws.com"}},
		"services": {"s3": {"private_dns": ["s3.{region}.{suffix}"]}},
	}
	rule.deny == set() with input as s3 with data.vpce.services as catalogue
	rule.deny == {{
		"message": "private DNS is asked for, but S3 interface endpoints had none in 2023",
		"path": "/request/PrivateDnsEnabled",
		"fix": fix,
	}} with input as fixture.in_2023(s3) with data.vpce.services as catalogue
}

test_what_nobody_knows_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether com.amazonaws.us-east-1.sqs publishes a private DNS name is not known",
		"missing": ["/context/ServiceDetails"],
	}} with input as fixture.interface({}) with data.vpce.services as nowhere
	rule.undetermined == {{
		"reason": "to which service the endpoint leads is not known",
		"missing": ["/current/ServiceName"],
	}} with input as fixture.modify({"PrivateDnsEnabled": true}, {"VpcEndpointType": "Interface"}, {})
	rule.undetermined == {{
		"reason": "to which service the endpoint leads is not known",
		"missing": ["/request/ServiceName"],
	}} with input as fixture.unknown(fixture.interface({}), ["ServiceName"])
}

test_a_wish_known_later_is_undetermined_unless_there_is_a_name if {
	expected := {{
		"reason": "whether private DNS is asked for is not known yet",
		"missing": ["/request/PrivateDnsEnabled"],
	}}
	rule.undetermined == expected with input as fixture.unknown(publishing({}), ["PrivateDnsEnabled"])
		with data.vpce.services as nowhere
	named := publishing({"PrivateDnsName": "sqs.us-east-1.amazonaws.com"})
	rule.undetermined == set() with input as fixture.unknown(named, ["PrivateDnsEnabled"])
}

test_the_year_2023_matters_for_s3_alone_and_is_told_once if {
	catalogue := {"partitions": {}, "services": {"s3": {"private_dns": []}}}
	s3 := fixture.in_2023(fixture.interface({"ServiceName": "com.amazonaws.us-east-1.s3"}))
	message := "private DNS is asked for, but S3 interface endpoints had none in 2023"
	{d.message | some d in rule.deny} == {message} with input as s3 with data.vpce.services as catalogue
	named := publishing({"PrivateDnsName": "sqs.us-east-1.amazonaws.com"})
	rule.deny == set() with input as fixture.in_2023(named)
}

test_s3_of_2023_has_no_name_that_settles_the_matter if {
	s3 := fixture.in_2023(fixture.interface({"ServiceName": "com.amazonaws.us-east-1.s3"}))
	{u.missing | some u in rule.undetermined} == {["/request/PrivateDnsEnabled"]} with input as fixture.unknown(
		s3,
		["PrivateDnsEnabled"],
	)
}

test_a_modify_of_something_else_asks_for_no_service if {
	rule.undetermined == set() with input as fixture.modify({}, {"VpcEndpointType": "Interface"}, {})
}
