package vpce.rules.org.requesters_test

import data.vpce.rules.org.requesters as rule
import data.vpce.testing.fixture

told := {"environment": "prod", "requesters": {"prod": ["arn:aws:iam::111122223333:role/deploy*", "444455556666"]}}

by(principal) := object.union(fixture.interface({}), {"context": {"principal": principal}})

number(proposal) := count(denied) if {
	denied := rule.deny with input as proposal with data.org as told
}

test_listed_principals_and_accounts_may_ask if {
	number(by("arn:aws:iam::111122223333:role/deployer")) == 0
	number(by("arn:aws:sts::111122223333:assumed-role/deployer/session-1")) == 0
	number(by("arn:aws:iam::444455556666:user/anyone")) == 0
}

test_others_may_not if {
	number(by("arn:aws:iam::111122223333:role/app")) == 1
	number(by("arn:aws:sts::111122223333:assumed-role/app/deployer")) == 1
	number(by("deployer")) == 1
	rule.deny == set() with input as by("deployer")
}

test_only_sessions_of_roles_are_roles if {
	number(by("arn:aws:sts::111122223333:federated-user/deployer")) == 1
	number(by("arn:aws:iam::111122223333:role/deployer:x")) == 0
}

test_the_account_tells_where_only_accounts_are_listed if {
	accounts := {"environment": "prod", "requesters": {"prod": ["444455556666"]}}
	anonymous := fixture.without(fixture.interface({}), "principal")
	count(rule.deny) == 1 with input as anonymous with data.org as accounts
	mine := {"environment": "prod", "requesters": {"prod": ["111122223333", "arn:*"]}}
	rule.deny | rule.undetermined == set() with input as anonymous with data.org as mine
}

test_what_is_not_known_is_not_judged if {
	anonymous := fixture.without(fixture.interface({}), "principal")
	count(rule.undetermined) == 1 with input as anonymous with data.org as told
	nowhere := object.remove(told, ["environment"])
	count(rule.undetermined) == 1 with input as fixture.interface({}) with data.org as nowhere
}

test_an_account_that_is_listed_may_ask_and_one_that_is_not_told_is_asked_for if {
	accounts := {"environment": "prod", "requesters": {"prod": ["111122223333"]}}
	anonymous := fixture.without(fixture.interface({}), "principal")
	rule.deny | rule.undetermined == set() with input as anonymous with data.org as accounts
	rule.deny | rule.undetermined == set() with input as anonymous
	nobody := fixture.without(anonymous, "AccountId")
	rule.deny == set() with input as nobody with data.org as accounts
	{u.missing | some u in rule.undetermined} == {["/context/principal"]} with input as nobody with data.org as accounts
}

test_what_is_no_arn_has_no_account if {
	number(by("arn:aws:iam::444455556666:role/x:y")) == 1
}
