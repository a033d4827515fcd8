package vpce.rules.gw.principal_is_everyone_test

import data.vpce.rules.gw.principal_is_everyone as rule
import data.vpce.testing.fixture

role := "arn:aws:iam::111122223333:role/app"

statement(principal, members) := object.union({"Effect": "Allow", "Principal": principal}, members)

proposal(given) := fixture.gateway({"PolicyDocument": {"Statement": [given]}})

at(rest) := $"/request/PolicyDocument/Statement/0/{rest}"

replaced := {"op": "replace", "path": at("Principal"), "value": "*"}

fixes(given) := found if {
	found := {object.get(d, "fix", null) | some d in rule.deny} with input as proposal(given)
}

test_everyone_passes if {
	every principal in ["*", {"AWS": "*"}, {"AWS": ["*"]}] {
		rule.deny == set() with input as proposal(statement(principal, {}))
	}
	rule.deny == set() with input as proposal({"Effect": "Allow"})
	rule.deny == set() with input as proposal(statement(null, {}))
	rule.deny == set() with input as fixture.gateway({})
}

test_another_principal_becomes_a_condition if {
	rule.deny == {{
		"message": $"statement 0 has Principal AWS {role}, but a gateway endpoint takes \"*\" only",
		"path": at("Principal"),
		"fix": [
			replaced,
			{"op": "add", "path": at("Condition"), "value": {"ArnEquals": {"aws:PrincipalArn": [role]}}},
		],
	}} with input as proposal(statement({"AWS": role}, {}))
}

test_accounts_become_a_condition_beside_others if {
	accounts := ["111122223333", "arn:aws:iam::444455556666:root"]
	fixes(statement({"AWS": accounts}, {"Condition": {"Bool": {"a": "true"}}})) == {[replaced, {
		"op": "add",
		"path": at("Condition/StringEquals"),
		"value": {"aws:PrincipalAccount": ["111122223333", "444455556666"]},
	}]}
	fixes(statement({"AWS": accounts}, {"Condition": {"StringEquals": {"a": "b"}}})) == {[replaced, {
		"op": "add",
		"path": at("Condition/StringEquals/aws:PrincipalAccount"),
		"value": ["111122223333", "444455556666"],
	}]}
}

test_everyone_among_others_is_everyone if {
	fixes(statement({"AWS": ["*", role]}, {})) == {[replaced]}
}

test_what_no_condition_says_has_no_fix if {
	every principal in [
		{"AWS": ["111122223333", role]},
		{"AWS": "arn:aws:sts::111122223333:assumed-role/app/s"},
		{"AWS": "arn:aws:iam::111122223333:group/g"},
		{"AWS": "arn:aws:x::111122223333:root"},
		{"AWS": "arn:aws:x::111122223333:role/app"},
		{"AWS": role, "Service": "s"},
		{"AWS": "111122223333", "Service": "s"},
		{"Service": "111122223333"},
		{"Federated": "*"},
		{},
		5,
		["*"],
	] {
		fixes(statement(principal, {})) == {null}
	}
	fixes(statement({"AWS": role}, {"Condition": {"ArnEquals": {"AWS:PrincipalArn": role}}})) == {null}
}

test_a_principal_without_names_is_told_by_its_kind if {
	{d.message | some d in rule.deny} == {concat("", [
		"statement 0 has Principal an object, ",
		"but a gateway endpoint takes \"*\" only",
	])} with input as proposal(statement({}, {}))
}

test_everyone_but_some_is_denied if {
	rule.deny == {{
		"message": "statement 0 has NotPrincipal, but a gateway endpoint takes Principal \"*\" only",
		"path": at("NotPrincipal"),
	}} with input as proposal({"Effect": "Deny", "NotPrincipal": {"AWS": "1"}})
}

test_a_principal_known_later_is_undetermined if {
	hidden := object.union(proposal(statement({"AWS": null}, {})), {"unknown": [at("Principal/AWS")]})
	rule.deny == set() with input as hidden
	rule.undetermined == {{
		"reason": "not all principals of the policy are known yet",
		"missing": [at("Principal/AWS")],
	}} with input as hidden
}

test_a_policy_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "not all principals of the policy are known yet",
		"missing": ["/request/PolicyDocument"],
	}} with input as fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
	rule.undetermined == set() with input as fixture.gateway({})
}

test_a_delete_is_not_judged if {
	gone := object.union(proposal({"Principal": 5, "NotPrincipal": "x"}), {"operation": "delete"})
	rule.deny == set() with input as gone
	hidden := object.union(gone, {"unknown": ["/request/PolicyDocument"]})
	rule.undetermined == set() with input as hidden
}
