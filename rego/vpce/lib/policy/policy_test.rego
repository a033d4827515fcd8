package vpce.lib.policy_test

import data.vpce.lib.policy
import data.vpce.testing.fixture

statement := {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}

test_what_the_reader_parsed_is_taken if {
	policy.document == {"Statement": []} with input as {
		"request": {"PolicyDocument": `{"Statement":[]}`},
		"policy": {"request": {"document": {"Statement": []}}},
	}
	policy.error == "line 1" with input as {"policy": {"request": {"error": "line 1"}}}
}

test_a_bare_input_is_parsed_here if {
	policy.document == {"Statement": [statement]} with input.request.PolicyDocument as {"Statement": [statement]}
	policy.document == {"Statement": []} with input.request.PolicyDocument as `{"Statement":[]}`
	policy.error == "unreadable" with input.request.PolicyDocument as `{"Statement":[}`
}

test_no_policy_is_neither if {
	not policy.document with input.request as {}
	not policy.error with input.request as {"PolicyDocument": ""}
}

test_the_length_is_that_of_the_text_or_of_the_shortest_text if {
	policy.characters == 7 with input as {"policy": {"request": {"document": {}, "characters": 7}}}
	policy.characters == 18 with input.request.PolicyDocument as "{ \"Statement\": 1 }"
	policy.characters == 15 with input.request.PolicyDocument as {"Statement": 1}
	not policy.characters with input.request.PolicyDocument as ""
}

test_an_empty_object_is_json if {
	not policy.error with input.request.PolicyDocument as "{}"
	policy.document == {} with input.request.PolicyDocument as "{}"
	json.unmarshal(policy.full_access_text) == policy.full_access
}

test_a_policy_may_be_given_or_not if {
	policy.given with input.request.PolicyDocument as "x"
	not policy.given with input.request.PolicyDocument as ""
	not policy.given with input.request.PolicyDocument as null
	not policy.given with input.request as {}
}

test_statements_have_their_index_and_odd_ones_are_left_out if {
	policy.statements == {0: statement, 3: {"Effect": 5}} with input.request.PolicyDocument as {"Statement": [
		statement,
		7,
		{},
		{"Effect": 5},
	]}
	policy.statements == {0: statement} with input.request.PolicyDocument as {"Statement": statement}
	odd_ones := [{"Statement": 5}, {"Statement": null}, {}, [], [{"Statement": [statement]}], 5, true, "{", "7"]
	every odd in odd_ones {
		policy.statements == {} with input.request.PolicyDocument as odd
	}
	policy.statements == {} with input.request as {}
}

test_a_statement_is_called_by_index_and_sid if {
	named := {"Statement": [object.union(statement, {"Sid": "all"}), statement, {"Sid": ""}, {"Sid": 5}]}
	["statement 0 (all)", "statement 1", "statement 2", "statement 3"] == [name |
		some i in numbers.range(0, 3)
		name := policy.called(i) with input.request.PolicyDocument as named
	]
}

test_a_pointer_reaches_into_an_object_and_stops_at_a_text if {
	listed := {"Statement": [statement]}
	single := {"Statement": statement}
	deep := "/request/PolicyDocument/Statement/0/Action"
	policy.pointer(0, "Action") == deep with input.request.PolicyDocument as listed
	policy.pointer(0, "") == "/request/PolicyDocument/Statement/0" with input.request.PolicyDocument as listed
	policy.pointer(0, "Action") == "/request/PolicyDocument/Statement/Action" with input.request.PolicyDocument as single
	policy.pointer(0, "Action") == "/request/PolicyDocument" with input.request.PolicyDocument as json.marshal(listed)
	policy.fix_pointer(0, "Action") == deep with input.request.PolicyDocument as json.marshal(listed)
	policy.pointer(0, "Action") == "/request/PolicyDocument" with input as {
		"request": {},
		"policy": {"request": {"document": listed}},
	}
	policy.escape("aws:PrincipalTag/a~b") == "aws:PrincipalTag~1a~0b"
}

test_what_is_not_known_is_told if {
	inside := "/request/PolicyDocument/Statement/0/Principal/AWS"
	proposal := {"request": {"PolicyDocument": {"Statement": [statement]}}, "unknown": [inside, "/request/VpcId"]}
	policy.unknown_parts == {inside} with input as proposal
	policy.hidden(0, "Principal") with input as proposal
	policy.hidden(0, "") with input as proposal
	not policy.hidden(0, "Action") with input as proposal
	not policy.hidden(1, "Principal") with input as proposal
	policy.unknown_parts == set() with input as {"request": {}}
}

current := {"VpcEndpointType": "Gateway", "PolicyDocument": json.marshal({"Statement": [statement]})}

test_the_policy_after_a_create if {
	policy.effective == {"source": "default", "document": policy.full_access} with input as fixture.gateway({})
	policy.effective.source == "default" with input as fixture.interface({"PolicyDocument": ""})
	not policy.effective with input as fixture.gwlb({})
	not policy.effective with input as fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
	given := {"Statement": {"Effect": "Deny"}}
	policy.effective == {"source": "request", "document": given} with input as fixture.gateway({"PolicyDocument": given})
	policy.effective_statements == {0: {"Effect": "Deny"}} with input as fixture.gateway({"PolicyDocument": given})
	not policy.effective with input as fixture.gateway({"PolicyDocument": "{"})
}

test_the_policy_after_a_modify if {
	policy.effective_statements == {0: statement} with input as fixture.modify({}, current, {})
	policy.effective.source == "current" with input as fixture.modify({"ResetPolicy": false}, current, {})
	policy.effective == {"source": "reset", "document": policy.full_access} with input as fixture.modify(
		{"ResetPolicy": true},
		current,
		{},
	)
	policy.effective.source == "request" with input as fixture.modify({"PolicyDocument": {}}, current, {})
	not policy.effective with input as fixture.modify({"PolicyDocument": "{"}, current, {})
	not policy.effective with input as fixture.modify({}, {"VpcEndpointType": "Gateway"}, {})
	not policy.effective with input as fixture.unknown(fixture.modify({}, current, {}), ["ResetPolicy"])
	not policy.effective with input as object.union(fixture.modify({}, current, {}), {"operation": "delete"})
	not policy.effective with input as object.union(
		fixture.modify({"ResetPolicy": true, "PolicyDocument": {}}, current, {}),
		{"operation": "delete"},
	)
}

test_the_current_policy_may_be_parsed_by_the_reader_or_be_an_object if {
	policy.current_document == {"Statement": []} with input as {
		"current": current,
		"policy": {"current": {"document": {"Statement": []}}},
	}
	policy.current_document == {"Statement": [statement]} with input as {"current": current}
	policy.current_document == {"a": 1} with input as {"current": {"PolicyDocument": {"a": 1}}}
	not policy.current_document with input as {"current": current, "policy": {}}
	not policy.current_document with input as {"current": {"PolicyDocument": {}}, "policy": {}}
	not policy.current_document with input as {"current": {}}
}

test_a_pointer_to_the_policy_after_the_operation if {
	listed := {"Statement": [statement]}
	policy.effective_pointer(0, "Action") == "/request/PolicyDocument" with input as fixture.gateway({})
	policy.effective_pointer(0, "Action") == "/request/PolicyDocument/Statement/0/Action" with input as fixture.gateway({
		"PolicyDocument": listed,
	})
	policy.effective_pointer(0, "Action") == "/request/ResetPolicy" with input as fixture.modify(
		{"ResetPolicy": true},
		current,
		{},
	)
	policy.effective_pointer(0, "Action") == "/current/PolicyDocument" with input as fixture.modify({}, current, {})
	policy.effective_pointer(0, "Action") == "/current/PolicyDocument/Statement/0/Action" with input as fixture.modify(
		{},
		{"VpcEndpointType": "Gateway", "PolicyDocument": listed},
		{},
	)
}

test_parts_that_are_not_known_are_about_the_elements_that_they_are_in if {
	root := "/request/PolicyDocument"
	every rest, elements in {
		"": {"Condition", "Resource"},
		"/Statement": {"Condition", "Resource"},
		"/Statement/3": {"Condition", "Resource"},
		"/Statement/3/Resource/0": {"Resource"},
		"/Statement/Condition/StringEquals": {"Condition"},
	} {
		part := concat("", [root, rest])
		every element in ["Condition", "Resource"] {
			found := policy.unknown_of({element}) with input as {"unknown": [part]}
			found == {part | element in elements}
		}
	}
}
