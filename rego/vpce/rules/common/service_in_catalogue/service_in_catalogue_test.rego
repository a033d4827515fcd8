package vpce.rules.common.service_in_catalogue_test

import data.vpce.rules.common.service_in_catalogue as rule
import data.vpce.testing.fixture

catalogue := with_letters({
	"date": "2026-11-29",
	"partitions": {
		"aws": {"prefix": "com.amazonaws"},
		"aws-cn": {"prefix": "cn.com.amazonaws"},
		"aws-iso": {"prefix": "gov.ic.c2s"},
	},
	"prefixes": {"cn.com.amazonaws": {"cn-north-1": ["sqs", "s3", "transcribe"]}},
	"aliases": {"cloudwatch": ["logs", "monitoring"]},
	"services": {
		"apigateway": {"mistaken_for": "execute-api"},
		"execute-api": {},
		"freetier": {"prefix": ["com.amazonaws", "aws.api"]},
		"iam": {},
		"kms": {},
		"logs": {},
		"monitoring": {},
		"qbusiness": {"prefix": "aws.api"},
		"qldb.session": {"retired": true},
		"s3": {},
		"secretsmanager": {},
		"sqs": {},
		"ssm": {},
		"timestream.ingest-cell": {"cells": true},
		"transcribe": {},
		"transcribe.cn": {},
		"transfer.server": {"cells": true},
	},
})

with_letters(given) := object.union(given, {"letters": {
	"names": names,
	"sizes": [count(pairs) | some pairs in listed],
	"pairs": {pair: [number | some number, others in listed; pair in others] | some pairs in listed; some pair in pairs},
}}) if {
	names := sort(object.keys(given.services))
	listed := [pairs_of(name) | some name in names]
}

pairs_of(name) := {substring(letters, i, 2) |
	letters := $"^{replace(replace(name, ".", ""), "-", "")}$"
	some i in numbers.range(0, count(letters) - 2)
}

named(name) := fixture.interface({"ServiceName": name})

found(proposal) := denied if {
	denied := rule.deny with input as proposal with data.vpce.services as catalogue
}

warning(message) := {"message": message, "path": "/request/ServiceName", "enforcement_action": "warn"}

not_known(name, hint) := {warning(concat(" ", [
	$"the service catalogue of 2026-11-29 does not know {name}:",
	$"the name is wrong or newer than the catalogue{hint}",
]))}

test_names_of_the_catalogue_pass if {
	every name in [
		"com.amazonaws.us-east-1.sqs",
		"com.amazonaws.iam",
		"aws.api.us-east-1.freetier",
		"com.amazonaws.us-east-1.freetier",
		"aws.api.us-east-1.qbusiness",
		"com.amazonaws.us-east-1.transfer.server",
		"com.amazonaws.us-east-1.transfer.server.c-0001",
		"com.amazonaws.us-east-1.timestream.ingest-cell12",
		"cn.com.amazonaws.cn-north-1.sqs",
		"cn.com.amazonaws.cn-north-1.transcribe.cn",
		"com.amazonaws.cn-north-1.kms",
	] {
		found(named(name)) == set()
	}
}

test_names_of_others_and_of_no_form_are_not_judged if {
	found(named("com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001")) == set()
	found(named("sqs.us-east-1.amazonaws.com")) == set()
	found(object.union(named("com.amazonaws.us-east-1.sssm"), {"operation": "modify"})) == set()
}

test_an_unknown_name_warns_with_the_nearest if {
	found(named("com.amazonaws.us-east-1.secretmanager")) == not_known("secretmanager", ". Did you mean secretsmanager?")
	found(named("com.amazonaws.us-east-1.sssm")) == not_known("sssm", ". Did you mean ssm?")
	found(named("com.amazonaws.us-east-1.SQS")) == not_known("SQS", ". Did you mean sqs?")
	found(named("com.amazonaws.us-east-1.sqs7")) == not_known("sqs7", ". Did you mean sqs?")
	found(named("com.amazonaws.us-east-1.kms-x")) == not_known("kms-x", ". Did you mean kms?")
}

test_what_people_call_a_service_is_told_by_its_names if {
	found(named("com.amazonaws.us-east-1.CloudWatch")) == not_known("CloudWatch", ". Did you mean logs or monitoring?")
}

test_half_of_the_letters_is_near_enough if {
	found(named("com.amazonaws.us-east-1.sqz")) == not_known("sqz", ". Did you mean sqs?")
}

test_names_much_less_like_than_the_nearest_are_left_out if {
	alike := with_letters(object.union(catalogue, {"services": {"abcdef": {}, "abcdxy": {}}}))
	asked := named("com.amazonaws.us-east-1.abcdeg")
	expected := not_known("abcdeg", ". Did you mean abcdef?")
	rule.deny == expected with input as asked with data.vpce.services as alike
}

test_an_unknown_name_is_told_once if {
	found(named("cn.com.amazonaws.us-east-1.sssm")) == not_known("sssm", ". Did you mean ssm?")
}

test_a_name_like_no_other_has_no_suggestion if {
	found(named("com.amazonaws.us-east-1.brand-new")) == not_known("brand-new", "")
}

test_what_aws_lists_in_the_context_is_a_name if {
	listed := {"context": {"ServiceDetails": [{
		"ServiceName": "com.amazonaws.us-east-1.brand-new",
		"ServiceType": [{"ServiceType": "Interface"}],
	}]}}
	found(object.union(named("com.amazonaws.us-east-1.brand-new"), listed)) == set()
	mistaken := {"context": {"ServiceDetails": [{"ServiceName": "com.amazonaws.us-east-1.apigateway"}]}}
	found(object.union(named("com.amazonaws.us-east-1.apigateway"), mistaken)) == set()
}

test_a_name_of_the_catalogue_need_not_be_on_the_list if {
	found(object.union(named("com.amazonaws.us-east-1.sqs"), {"context": {"ServiceNames": names(50)}})) == set()
}

names(n) := [$"com.amazonaws.us-east-1.service{i}" | some i in numbers.range(1, n)]

absent := {{
	"message": "AWS does not list com.amazonaws.us-east-1.sssm among the services of the Region. Did you mean ssm?",
	"path": "/request/ServiceName",
}}

test_a_name_that_the_whole_list_lacks_is_denied if {
	asked := named("com.amazonaws.us-east-1.sssm")
	details := {"context": {"ServiceDetails": [{"ServiceName": name} | some name in names(50)]}}
	found(object.union(asked, details)) == absent
	found(object.union(asked, {"context": {"ServiceNames": names(50)}})) == absent
}

test_a_part_of_the_list_only_warns if {
	asked := named("com.amazonaws.us-east-1.sssm")
	expected := not_known("sssm", ". Did you mean ssm?")
	found(object.union(asked, {"context": {"ServiceNames": names(49)}})) == expected
	others := [$"com.amazonaws.vpce.us-east-1.vpce-svc-0{i}" | some i in numbers.range(10, 80)]
	found(object.union(asked, {"context": {"ServiceNames": others}})) == expected
}

prefixed(wrong, region, right) := {object.union(
	warning($"{wrong} has the wrong prefix: in {region} the name is {right}"),
	{"fix": [{"op": "replace", "path": "/request/ServiceName", "value": right}]},
)}

test_a_wrong_prefix_is_told_with_the_right_one if {
	wrong := {
		"com.amazonaws.cn-north-1.sqs": ["cn-north-1", "cn.com.amazonaws.cn-north-1.sqs"],
		"com.amazonaws.cn-north-1.transcribe.cn": ["cn-north-1", "cn.com.amazonaws.cn-north-1.transcribe.cn"],
		"cn.com.amazonaws.cn-north-1.kms": ["cn-north-1", "com.amazonaws.cn-north-1.kms"],
		"cn.com.amazonaws.us-east-1.sqs": ["us-east-1", "com.amazonaws.us-east-1.sqs"],
		"com.amazonaws.us-east-1.qbusiness": ["us-east-1", "aws.api.us-east-1.qbusiness"],
	}
	every name, told in wrong {
		found(named(name)) == prefixed(name, told[0], told[1])
	}
}

test_gateway_endpoints_of_china_have_the_plain_prefix if {
	found(fixture.gateway({"ServiceName": "com.amazonaws.cn-north-1.s3"})) == set()
	name := "cn.com.amazonaws.cn-north-1.s3"
	found(fixture.gateway({"ServiceName": name})) == prefixed(name, "cn-north-1", "com.amazonaws.cn-north-1.s3")
	found(named(name)) == set()
}

test_where_no_names_are_known_either_prefix_passes if {
	found(named("gov.ic.c2s.us-iso-west-1.sqs")) == set()
	found(named("com.amazonaws.us-iso-west-1.sqs")) == set()
	count(found(named("cn.com.amazonaws.us-iso-west-1.sqs"))) == 1
}

test_a_service_that_has_ended_warns if {
	ended := "AWS has ended the service qldb.session: its SDKs no longer carry the API"
	found(named("com.amazonaws.us-east-1.qldb.session")) == {warning(ended)}
}

test_a_service_often_mistaken_for_another_warns if {
	found(named("com.amazonaws.us-east-1.apigateway")) == {warning(concat(" ", [
		"apigateway is often mistaken for execute-api, which is a service of its own;",
		"check which one is meant",
	]))}
}

test_a_name_known_later_is_undetermined if {
	expected := {{"reason": "which service the endpoint is for is not known yet", "missing": ["/request/ServiceName"]}}
	rule.undetermined == expected with input as fixture.unknown(fixture.interface({}), ["ServiceName"])
	rule.undetermined == set() with input as fixture.interface({})
}
