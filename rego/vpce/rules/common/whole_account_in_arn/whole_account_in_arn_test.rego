package vpce.rules.common.whole_account_in_arn_test

import data.vpce.rules.common.whole_account_in_arn as rule
import data.vpce.testing.fixture

proposal(statement) := fixture.gateway({"PolicyDocument": {"Statement": [statement]}})

message(text, account) := $"statement 0 has {text}, whose account {account} is part id, part wildcard"

test_whole_accounts_pass if {
	every resource in ["arn:aws:s3:::a*", "arn:aws:sqs:*:*:q", "arn:aws:sqs:*:????:q", "arn:aws:sqs:*:1:q*", "*", 5] {
		rule.deny == set() with input as proposal({"Resource": resource})
	}
	rule.deny == set() with input as fixture.gateway({})
}

test_a_part_of_an_account_is_told if {
	arn := "arn:aws:sqs:us-east-1:1111*:q"
	every member in ["Resource", "NotResource"] {
		rule.deny == {{
			"message": message(arn, "1111*"),
			"path": $"/request/PolicyDocument/Statement/0/{member}/1",
		}} with input as proposal({member: ["*", arn]})
	}
	rule.deny == {{
		"message": message(arn, "1111*"),
		"path": "/request/PolicyDocument/Statement/0/Condition/ArnLike/a",
	}} with input as proposal({"Condition": {"ArnLike": {"a": arn}}})
}

test_a_policy_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "not all ARNs of the policy are known yet",
		"missing": ["/request/PolicyDocument"],
	}} with input as fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
	rule.undetermined == set() with input as fixture.gateway({})
}

test_a_delete_is_not_judged if {
	gone := object.union(proposal({"Resource": "arn:aws:sqs:us-east-1:1111*:q"}), {"operation": "delete"})
	rule.deny == set() with input as gone
	hidden := object.union(gone, {"unknown": ["/request/PolicyDocument"]})
	rule.undetermined == set() with input as hidden
}
