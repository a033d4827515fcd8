package vpce.rules.common.legal_statements_test

import data.vpce.rules.common.legal_statements as rule
import data.vpce.testing.fixture

import data.vpce.lib.policy

ok := {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}

proposal(statement) := fixture.gateway({"PolicyDocument": {"Statement": [statement]}})

but(members) := object.union(object.remove(ok, object.keys(members)), members)

at(rest) := $"/request/PolicyDocument/Statement/0/{rest}"

test_a_whole_statement_passes if {
	rule.deny == set() with input as proposal(ok)
	rule.deny == set() with input as fixture.gateway({})
}

test_a_missing_element_is_denied_where_it_should_be if {
	rule.deny == {{
		"message": "statement 0 (a) has no Principal or NotPrincipal",
		"path": at("Principal"),
	}} with input as proposal(object.remove(but({"Sid": "a"}), ["Principal"]))
	rule.deny == {{
		"message": "statement 0 has no Effect",
		"path": "/request/PolicyDocument",
	}} with input as fixture.gateway({"PolicyDocument": json.marshal({"Statement": object.remove(ok, ["Effect"])})})
}

test_both_elements_of_a_pair_are_denied if {
	rule.deny == {{
		"message": "statement 0 has both Action and NotAction",
		"path": at("NotAction"),
	}} with input as proposal(but({"NotAction": "a:b"}))
}

test_an_element_in_another_case_is_renamed if {
	rule.deny == {{
		"message": "statement 0 has condition, which is not the element Condition: case matters",
		"path": at("condition"),
		"fix": [
			{"op": "remove", "path": at("condition")},
			{"op": "add", "path": at("Condition"), "value": {"a": {}}},
		],
	}} with input as proposal(but({"condition": {"a": {}}}))
	rule.deny == {{
		"message": "statement 0 has resource, which is not the element Resource: case matters",
		"path": at("resource"),
	}} with input as proposal(but({"resource": "x"}))
}

test_an_effect_in_another_case_is_respelled if {
	rule.deny == {{
		"message": "statement 0 has Effect \"deny\", which is neither Allow nor Deny",
		"path": at("Effect"),
		"fix": [{"op": "replace", "path": at("Effect"), "value": "Deny"}],
	}} with input as proposal(but({"Effect": "deny"}))
	every effect in ["Permit", 5, null, ["Allow"]] {
		rule.deny == {{
			"message": $"statement 0 has Effect {policy.shown(effect)}, which is neither Allow nor Deny",
			"path": at("Effect"),
		}} with input as proposal(but({"Effect": effect}))
	}
}

test_odd_values_are_malformed_and_do_not_crash if {
	every case in [
		["Principal", null],
		["Principal", "111122223333"],
		["Principal", {"aws": "*"}],
		["Principal", {"AWS": [""]}],
		["Principal", {"AWS": []}],
		["Principal", {}],
		["Action", {}],
		["Action", ["a", 5]],
		["Resource", null],
		["Resource", []],
		["Condition", "x"],
		["Condition", {"Bool": "x"}],
		["Condition", {"Bool": {"a": {}}}],
		["Condition", {"Bool": {"a": [null]}}],
		["Condition", {"Bool": {"a": null}}],
	] {
		[element, value] := case
		rule.deny == {{
			"message": $"statement 0 has a malformed {element}: {policy.shown(value)}",
			"path": at(element),
		}} with input as proposal(but({element: value}))
	}
}

test_an_operator_of_no_such_name_is_denied if {
	every operator in ["StringEqual", "ForAllValue:StringLike", "ForAnyValue:IpAdress", "NullIfExists", "IfExists"] {
		rule.deny == {{
			"message": $"statement 0 tests aws:PrincipalTag/a by {operator}, which is not a condition operator",
			"path": at($"Condition/{operator}/aws:PrincipalTag~1a"),
		}} with input as proposal(but({"Condition": {operator: {"aws:PrincipalTag/a": "b"}}}))
	}
}

test_operators_of_the_language_pass if {
	every operator in [
		"stringequals", "ForAllValues:StringNotLikeIfExists", "ForAnyValue:ArnLike", "Null", "BoolIfExists",
		"DateGreaterThanEquals", "NumericLessThan", "NotIpAddress", "BinaryEquals",
	] {
		rule.deny == set() with input as proposal(but({"Condition": {operator: {"aws:PrincipalTag/a": "b"}}}))
	}
}

test_everyone_but_some_can_only_be_denied if {
	others := object.union(object.remove(ok, ["Principal"]), {"NotPrincipal": {"AWS": "111122223333"}})
	rule.deny == {{
		"message": concat(" ", [
			"statement 0 has NotPrincipal with Effect Allow, which is supported with Deny only:",
			"it would let in all others",
		]),
		"path": at("NotPrincipal"),
		"enforcement_action": "warn",
	}} with input as proposal(others)
	rule.deny == set() with input as proposal(object.union(others, {"Effect": "Deny"}))
}

test_legal_forms_pass if {
	every members in [
		{"Principal": {"AWS": ["1", "2"], "Service": "s", "Federated": "f", "CanonicalUser": "c"}},
		{"Principal": {"*": "*"}},
		{"Effect": "Deny", "Action": ["a:b"], "Resource": ["x", "y"]},
		{"Condition": {}},
		{"Condition": {"Bool": {"a": true}, "NumericEquals": {"b": [1, "2"]}, "StringEquals": {"c": []}}},
	] {
		rule.deny == set() with input as proposal(but(members))
	}
	rule.deny == set() with input as proposal({
		"Effect": "Deny",
		"NotPrincipal": {"AWS": "1"},
		"NotAction": "a:b",
		"NotResource": "x",
	})
}

test_what_is_not_known_is_not_missing_or_malformed if {
	every case in [
		[object.remove(ok, ["Principal"]), "Principal"],
		[but({"Principal": null}), "Principal"],
		[but({"Effect": null}), "Effect"],
		[but({"Action": ["a:b", null]}), "Action/1"],
	] {
		[statement, rest] := case
		hidden := object.union(proposal(statement), {"unknown": [at(rest)]})
		rule.deny == set() with input as hidden
		rule.undetermined == {{
			"reason": "not all elements of the policy's statements are known yet",
			"missing": [at(rest)],
		}} with input as hidden
	}
}

test_a_policy_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "not all elements of the policy's statements are known yet",
		"missing": ["/request/PolicyDocument"],
	}} with input as fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
	rule.undetermined == set() with input as fixture.gateway({})
}

test_a_delete_is_not_judged if {
	gone := object.union(proposal({"Effect": 5}), {"operation": "delete"})
	rule.deny == set() with input as gone
	hidden := object.union(gone, {"unknown": ["/request/PolicyDocument"]})
	rule.undetermined == set() with input as hidden
}
