package vpce.lib.policy_texts_test

import data.vpce.lib.policy

test_one_value_is_a_list_of_one if {
	policy.as_list("a") == ["a"]
	policy.as_list(["a", "b"]) == ["a", "b"]
	policy.as_list({}) == [{}]
	policy.as_list(null) == []
}

test_texts_know_their_place if {
	policy.texts({"Action": "a"}, "Action") == [{"text": "a", "path": "Action"}]
	policy.texts({"Action": [5, "a"]}, "Action") == [{"text": "a", "path": "Action/1"}]
	policy.texts({"Action": {}}, "Action") == []
	policy.texts({}, "Action") == []
}

test_variables_are_masked if {
	policy.masked("a${aws:username}/b${*}") == "a$/b$"
	policy.masked("plain") == "plain"
	policy.masked("open ${aws:user") == "open $aws:user"
	policy.masked("${a}}") == "$}"
}

test_wildcards_outside_variables_count if {
	policy.has_wildcard("a*")
	policy.has_wildcard("a?b")
	not policy.has_wildcard("a${*}${?}")
	policy.only_wildcards("*")
	policy.only_wildcards("?*")
	not policy.only_wildcards("a*")
	not policy.only_wildcards("")
}

test_values_are_shown_without_their_members if {
	policy.shown(null) == "null"
	policy.shown("a\"b") == "\"a\\\"b\""
	policy.shown(5) == "5"
	policy.shown(["a"]) == "an array"
	policy.shown({}) == "an object"
	count(policy.shown(concat("", ["x" | some _ in numbers.range(1, 100)]))) == 80
}

test_an_arn_has_six_parts if {
	policy.arn("arn:aws:iam::111122223333:role/a:b") == {
		"partition": "aws",
		"service": "iam",
		"region": "",
		"account": "111122223333",
		"resource": "role/a:b",
	}
	policy.arn("arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:q").account == "$"
	not policy.arn("arn:aws:iam")
	not policy.arn("a:b:c:d:e:f")
	not policy.arn("*")
}

test_a_pattern_covers_what_it_surely_matches if {
	policy.pattern_covers("*", "s3:Get*")
	policy.pattern_covers("s3:*", "s3:Get*")
	policy.pattern_covers("s3:Get?", "s3:Get?")
	policy.pattern_covers("a*b", "ab")
	not policy.pattern_covers("aa*aa", "aaa")
	not policy.pattern_covers("s3:Get*", "s3:*")
	not policy.pattern_covers("a*b", "cab")
	not policy.pattern_covers("a*b", "abc")
	not policy.pattern_covers("?*", "*")
	not policy.pattern_covers("a*b*", "abb")
	not policy.pattern_covers("ab", "abc")
}
