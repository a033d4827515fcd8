package vpce.rules.common.well_formed_ids_test

import data.vpce.rules.common.well_formed_ids as rule
import data.vpce.testing.fixture

found(members) := messages if {
	messages := {d.path: d.message | some d in rule.deny} with input as fixture.interface(members)
}

test_ordinary_ids_pass if found({"ClientToken": "token"}) == {}

test_a_malformed_id_is_denied_in_every_list if {
	found({"SubnetIds": ["subnet-0a1b"]}) == {
		"/request/SubnetIds/0": "subnet-0a1b is not a subnet id: subnet- and 8 or 17 hexadecimal digits",
	}
	found({"SecurityGroupIds": ["sg-0a000001", "sg-main"]}) == {
		"/request/SecurityGroupIds/1": "sg-main is not a security group id: sg- and 8 or 17 hexadecimal digits",
	}
	found({"RouteTableIds": ["rtb_main", "rtb-1"]}) == {
		"/request/RouteTableIds/1": "rtb-1 is not a route table id: rtb- and 8 or 17 hexadecimal digits",
	}
	every verb in ["Add", "Remove"] {
		proposal := fixture.modify({$"{verb}SubnetIds": ["subnet-1"]}, {}, {})
		{d.path | some d in rule.deny} == {$"/request/{verb}SubnetIds/0"} with input as proposal
	}
}

test_the_subnet_of_a_configuration_counts if {
	found({"SubnetConfigurations": [{"SubnetId": "subnet-1", "Ipv4": "10.0.1.9"}]}) == {
		"/request/SubnetConfigurations/0/SubnetId": "subnet-1 is not a subnet id: subnet- and 8 or 17 hexadecimal digits",
	}
}

test_the_endpoint_itself_counts if {
	{d.message | some d in rule.deny} == {
		"vpce-1 is not an endpoint id: vpce- and 8 or 17 hexadecimal digits",
	} with input as fixture.modify({"VpcEndpointId": "vpce-1"}, {}, {})
}

test_what_stands_for_an_id_is_not_judged if {
	found({"SubnetIds": ["aws_subnet.a", "${aws_subnet.b.id}", ""], "SecurityGroupIds": ["module.sg.id"]}) == {}
}

test_the_subnet_of_a_configuration_passes_in_its_form if {
	found({"SubnetConfigurations": [{"SubnetId": "subnet-0a000001"}, {"SubnetId": "aws_subnet.a"}]}) == {}
}

principal(value) := {"PolicyDocument": {"Statement": [{
	"Effect": "Allow",
	"Principal": {"AWS": value},
	"Action": "sqs:*",
	"Resource": "*",
}]}}

test_an_account_has_12_digits if {
	found(principal("11112222333")) == {
		"/request/PolicyDocument/Statement/0/Principal": concat(" ", [
			"the principal 11112222333 is not an account id,",
			"which has 12 digits",
		]),
	}
	found(principal(["111122223333", "*", "arn:aws:iam::111122223333:root"])) == {}
}

test_principals_of_other_types_and_empty_ones_are_no_accounts if {
	found({"PolicyDocument": {"Statement": [{"Principal": {"CanonicalUser": "11112222333"}}]}}) == {}
	found(principal("")) == {}
}

test_a_client_token_has_at_most_64_characters if {
	found({"ClientToken": concat("", ["a" | some _ in numbers.range(1, 64)])}) == {}
	found({"ClientToken": concat("", ["a" | some _ in numbers.range(1, 65)])}) == {
		"/request/ClientToken": "the client token has 65 characters; at most 64 are allowed",
	}
}

test_the_account_of_the_context_counts if {
	rule.deny == {{
		"message": "the account 1111 of the context is not an account id, which has 12 digits",
		"path": "/context/AccountId",
		"enforcement_action": "warn",
	}} with input as object.union(fixture.interface({}), {"context": {"AccountId": "1111"}})
}

test_an_account_of_12_letters_is_none if {
	{d.path | some d in rule.deny} == {"/context/AccountId"} with input as object.union(
		fixture.interface({}),
		{"context": {"AccountId": "abcdefghijkl"}},
	)
	rule.deny == set() with input as object.union(fixture.interface({}), {"context": {"AccountId": "${account.id}"}})
}
