package vpce.lib.policy_test

import data.vpce.lib.policy

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
