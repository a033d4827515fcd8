package vpce.rules.org.foreign_principal_test

import data.vpce.rules.org.foreign_principal as rule
import data.vpce.testing.fixture

told := {"accounts": ["111122223333", "222233334444"]}

statement(principal) := {"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*"}

found(proposal) := messages if {
	messages := {d.message | some d in rule.deny} with data.org as told with input as proposal
}

on_interface(principal) := fixture.interface({"PolicyDocument": {"Statement": [statement(principal)]}})

test_own_accounts_and_everyone_pass if {
	every principal in [
		"*",
		{"AWS": "222233334444"},
		{"AWS": "arn:aws:iam::111122223333:role/app"},
		{"AWS": "*"},
		{"Service": "logs.amazonaws.com"},
	] {
		found(on_interface(principal)) == set()
	}
}

test_a_foreign_account_is_told_on_every_type if {
	message := "statement 0 names 999900001111 of account 999900001111, which is not an account of the organisation"
	found(on_interface({"AWS": ["111122223333", "999900001111"]})) == {message}
	policy := {"PolicyDocument": {"Statement": [statement({"AWS": "999900001111"})]}}
	found(fixture.gateway(policy)) == {message}
}

test_the_account_of_an_arn_counts if {
	found(on_interface({"AWS": "arn:aws:iam::999900001111:root"})) == {concat(" ", [
		"statement 0 names arn:aws:iam::999900001111:root of account 999900001111,",
		"which is not an account of the organisation",
	])}
}

test_a_deny_or_an_unlisted_organisation_is_not_judged if {
	deny := object.union(statement({"AWS": "999900001111"}), {"Effect": "Deny"})
	found(fixture.interface({"PolicyDocument": {"Statement": [deny]}})) == set()
	rule.deny == set() with input as on_interface({"AWS": "999900001111"})
}

test_a_policy_known_later_is_undetermined if {
	unsure := fixture.unknown(fixture.interface({}), ["PolicyDocument"])
	count(rule.undetermined) == 1 with data.org as told with input as unsure
	rule.undetermined == set() with input as unsure
}

test_what_is_no_account_of_aws_is_not_judged if {
	every principal in [
		{"CanonicalUser": "999900001111"},
		{"Federated": "arn:aws:iam::999900001111:saml-provider/idp"},
		{"AWS": "arn:aws:iam::*:role/app"},
		{"AWS": "9999"},
		{"AWS": "AIDAJQABLZS4"},
	] {
		found(on_interface(principal)) == set()
	}
}

test_an_empty_list_of_accounts_lists_none if {
	rule.deny == set() with input as on_interface({"AWS": "999900001111"}) with data.org as {"accounts": []}
}
