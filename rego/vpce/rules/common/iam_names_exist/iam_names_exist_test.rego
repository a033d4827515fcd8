package vpce.rules.common.iam_names_exist_test

import data.vpce.rules.common.iam_names_exist as rule
import data.vpce.testing.fixture

# What the reader hands over: the policy and the names in it that IAM does not know.
asking(actions, names) := object.union(fixture.interface({"PolicyDocument": document}), {"policy": {"request": {
	"document": document,
	"characters": 100,
	"unknown_names": names,
}}}) if {
	document := {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": actions, "Resource": "*"}]}
}

unknown(kind, value, nearest) := {
	"kind": kind,
	"value": value,
	"statement": 0,
	"at": "Action/0",
	"nearest": nearest,
	"why": "has no form that ARNs of sqs have",
}

told(message) := {{"message": message, "path": "/request/PolicyDocument/Statement/0/Action/0"}}

test_an_ordinary_policy_passes if {
	rule.deny == set() with input as fixture.interface({})
	rule.deny == set() with input as asking(["sqs:SendMessage", "SQS:Receive*"], [])
	rule.deny == set() with input as asking("*", [])
	rule.deny == set() with input as asking(["s*:Get"], [])
	rule.undetermined == set() with input as asking("sqs:*", [])
}

test_a_misspelt_action_is_told_with_the_nearest if {
	names := [unknown("action", "sqs:SendMesage", ["sqs:SendMessage"])]
	rule.deny == told(concat("", [
		"statement 0 names the action sqs:SendMesage, which IAM does not know.",
		" Did you mean sqs:SendMessage?",
	])) with input as asking(["sqs:SendMesage"], names)
}

test_an_action_like_no_other_has_no_suggestion if {
	names := [unknown("action", "sqs:Snd*", [])]
	expected := told("statement 0 names the action sqs:Snd*, which IAM does not know")
	rule.deny == expected with input as asking(["sqs:Snd*"], names)
}

test_an_unknown_prefix_is_told_once if {
	names := [unknown("prefix", "sqss:SendMessage", ["sqs", "sns"])]
	rule.deny == told(concat("", [
		"statement 0 names sqss:SendMessage, but IAM knows no service with that prefix.",
		" Did you mean sqs or sns?",
	])) with input as asking(["sqss:SendMessage"], names)
}

test_an_unknown_key_is_told if {
	names := [object.union(unknown("key", "aws:PrincipleArn", ["aws:PrincipalArn"]), {"at": "Condition/StringLike"})]
	rule.deny == {{
		"message": concat("", [
			"statement 0 tests the condition key aws:PrincipleArn, which IAM does not know.",
			" Did you mean aws:PrincipalArn?",
		]),
		"path": "/request/PolicyDocument/Statement/0/Condition/StringLike",
	}} with input as asking("sqs:*", names)
}

test_an_impossible_arn_is_told_with_the_forms_there_are if {
	names := [unknown("arn", "arn:aws:sqs:::q", ["arn:*:sqs:*:*:*"])]
	rule.deny == told(concat("", [
		"statement 0 names the resource arn:aws:sqs:::q, which has no form that ARNs of sqs have",
		": such ARNs look like arn:*:sqs:*:*:*",
	])) with input as asking("sqs:*", names)
	partition := [unknown("arn", "arn:awz:sqs:::q", ["aws"])]
	rule.deny == told(concat("", [
		"statement 0 names the resource arn:awz:sqs:::q, which has no form that ARNs of sqs have.",
		" Did you mean aws?",
	])) with input as asking("sqs:*", partition)
}

foreign(text) := {{
	"message": $"statement 0 names {text}, but an endpoint of com.amazonaws.us-east-1.sqs passes actions of sqs only",
	"path": "/request/PolicyDocument/Statement/0",
}}

test_actions_of_another_service_are_told_by_statement if {
	rule.deny == foreign("s3:GetObject") with input as asking("s3:GetObject", [])
	several := asking(["sqs:SendMessage", "s3:PutObject", "s3:GetObject", "kms:Decrypt"], [])
	rule.deny == foreign("kms:Decrypt and 2 more actions") with input as several
}

test_an_action_without_a_prefix_is_of_no_service if {
	rule.deny == set() with input as asking("SendMessage", [])
}

test_a_misspelt_action_hides_no_other if {
	both := asking(["sqss:SendMessage", "s3:GetObject"], [unknown("prefix", "sqss:SendMessage", [])])
	{v.path | some v in rule.deny} == {
		"/request/PolicyDocument/Statement/0/Action/0",
		"/request/PolicyDocument/Statement/0",
	} with input as both
	statements := [
	{"Effect": "Allow", "Principal": "*", "Action": [action], "Resource": "*"} |
		some action in ["sqss:SendMessage", "s3:GetObject"]
	]
	apart := {
		"request": {"PolicyDocument": {"Statement": statements}},
		"policy": {"request": {"document": {"Statement": statements}}},
	}
	{v.path | some v in rule.deny} == {
		"/request/PolicyDocument/Statement/0/Action/0",
		"/request/PolicyDocument/Statement/1",
	} with input as object.union(both, apart)
}

test_what_a_service_serves_is_not_always_known if {
	unlisted := {"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001"}
	rule.deny == set() with input as object.union(asking("s3:GetObject", []), {"endpoint": unlisted})
}

test_a_delete_is_not_judged if {
	rule.deny == set() with input as object.union(asking("s3:GetObject", []), {"operation": "delete"})
	names := [unknown("action", "sqs:Snd*", [])]
	rule.deny == set() with input as object.union(asking("sqs:Snd*", names), {"operation": "delete"})
}

test_a_policy_or_service_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "not all of the policy is known yet, so its names cannot be looked up",
		"missing": ["/request/PolicyDocument"],
	}} with input as fixture.unknown(fixture.interface({}), ["PolicyDocument"])
	rule.undetermined == {{
		"reason": "which service the actions of the policy have to be of is not known yet",
		"missing": ["/request/ServiceName"],
	}} with input as fixture.unknown(asking("sqs:*", []), ["ServiceName"])
	rule.undetermined == set() with input as fixture.unknown(fixture.interface({}), ["ServiceName"])
	gone := {"operation": "delete"}
	rule.undetermined == set() with input as object.union(fixture.unknown(fixture.interface({}), ["PolicyDocument"]), gone)
	rule.undetermined == set() with input as object.union(fixture.unknown(asking("sqs:*", []), ["ServiceName"]), gone)
}
