package vpce.lib.policy_statements_test

import data.vpce.lib.policy

open := {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}

but(members) := object.union(open, members)

with_principal(principal) := object.union(object.remove(open, ["Principal"]), {"Principal": principal})

test_principals_of_all_forms if {
	policy.principals(open) == {{"type": "*", "id": "*"}}
	policy.principals(with_principal({"AWS": ["1", "arn:x"], "Service": "s"})) == {
		{"type": "AWS", "id": "1"},
		{"type": "AWS", "id": "arn:x"},
		{"type": "Service", "id": "s"},
	}
	policy.principals(with_principal("1")) == {{"type": "", "id": "1"}}
	policy.principals(with_principal(["*"])) == {{"type": "", "id": "*"}}
	every odd in [null, 5, {}, [], {"AWS": 5}, {"AWS": null}, {"AWS": {"a": "b"}}, [{}], true] {
		policy.principals(with_principal(odd)) == set()
	}
	policy.principals({}) == set()
	policy.not_principals({"NotPrincipal": {"AWS": "1"}}) == {{"type": "AWS", "id": "1"}}
}

test_everyone_has_many_forms if {
	every principal in ["*", {"AWS": "*"}, {"AWS": ["1", "*"]}, {"*": "*"}, {"Federated": "*"}, ["*"]] {
		policy.names_everyone(with_principal(principal))
		policy.allows_everyone(with_principal(principal))
	}
	policy.names_everyone({"NotPrincipal": {"AWS": "1"}})
	every principal in [{"AWS": "1"}, null, 5, {}, "1"] {
		not policy.names_everyone(with_principal(principal))
	}
	not policy.names_everyone({})
	not policy.allows_everyone(but({"Effect": "Deny"}))
	not policy.allows_everyone(with_principal({"AWS": "1"}))
}

test_only_everyone_is_the_star_alone if {
	every principal in ["*", {"AWS": "*"}, {"AWS": ["*"]}, {"*": "*"}] {
		policy.only_everyone(with_principal(principal))
	}
	every principal in [{"AWS": ["*", "1"]}, {"AWS": "*", "Service": "s"}, {"Service": "*"}, ["*"], null, {}] {
		not policy.only_everyone(with_principal(principal))
	}
	not policy.only_everyone({})
}

test_actions_and_resources_are_lists_of_texts if {
	statement := {"Action": "a", "NotAction": ["b", 5], "Resource": ["c", "d"], "NotResource": {}}
	policy.actions(statement) == ["a"]
	policy.not_actions(statement) == ["b"]
	policy.resources(statement) == ["c", "d"]
	policy.not_resources(statement) == []
	policy.not_resources({"NotResource": "x"}) == ["x"]
	policy.actions({}) == []
}

test_all_and_broad_actions if {
	policy.all_actions(open)
	policy.all_actions({"Action": ["a:b", "*:*"]})
	not policy.all_actions({"Action": "s3:*"})
	not policy.all_actions({"NotAction": "*"})
	policy.broad_actions(open, "s3")
	policy.broad_actions({"Action": "S3:*"}, "s3")
	policy.broad_actions({"NotAction": "s3:Get"}, "s3")
	not policy.broad_actions({"Action": "s3:*"}, "sqs")
	not policy.broad_actions({"Action": {}}, "s3")
}

test_all_and_broad_resources if {
	policy.all_resources(open)
	not policy.all_resources({"Resource": "arn:aws:s3:::*"})
	policy.broad_resources(open)
	policy.broad_resources({"Resource": ["x", "arn:aws:s3:::*"]})
	policy.broad_resources({"Resource": "arn:aws:sqs:*:*:*"})
	policy.broad_resources({"NotResource": "x"})
	every resource in ["arn:aws:s3:::bucket/*", "arn:aws:sqs:*:111122223333:*", "arn:aws:sqs:*:*:q", 5, null] {
		not policy.broad_resources({"Resource": resource})
	}
}

test_full_access_in_whatever_words if {
	policy.grants_everything(policy.numbered(policy.full_access))
	policy.grants_everything({0: but({"Sid": "x", "Action": ["*"], "Resource": ["a", "*"], "Condition": {}})})
	policy.grants_everything({0: with_principal({"AWS": ["*"]})})
	not policy.grants_everything({})
}

test_what_is_less_is_no_full_access if {
	every statement in [
		but({"Effect": "Deny"}),
		but({"Effect": 5}),
		but({"Action": "s3:*"}),
		but({"Resource": "arn:aws:s3:::*"}),
		but({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
		but({"Condition": null}),
		with_principal({"AWS": "1"}),
		object.remove(open, ["Principal"]),
	] {
		not policy.grants_everything({0: statement})
	}
	not policy.grants_everything({0: open, 1: but({"Effect": "Deny", "Action": "s3:x"})})
}

test_two_statements_may_add_up if {
	no_deletes := object.remove(but({"NotAction": ["s3:DeleteBucket"]}), ["Action"])
	policy.grants_everything({0: no_deletes, 1: but({"Action": "S3:Delete*"})})
	not policy.grants_everything({0: no_deletes, 1: but({"Action": "s3:Get*"})})
	not policy.grants_everything({0: no_deletes, 1: but({"Action": "s3:Delete*", "Resource": "x"})})
	not policy.grants_everything({0: no_deletes, 1: but({"Action": "s3:Delete*", "Condition": {"a": {}}})})
	not policy.grants_everything({0: no_deletes})
	not policy.grants_everything({0: object.remove(but({"NotAction": []}), ["Action"])})
	no_bucket := object.remove(but({"NotResource": "arn:aws:s3:::a"}), ["Resource"])
	policy.grants_everything({0: no_bucket, 1: but({"Resource": "arn:aws:s3:::*"})})
	not policy.grants_everything({0: no_bucket, 1: but({"Resource": "arn:aws:s3:::b"})})
	not policy.grants_everything({0: no_bucket, 1: but({"Resource": "arn:aws:s3:::*", "Action": "s3:*"})})
	not policy.grants_everything({0: no_bucket, 1: but({"Resource": "arn:aws:s3:::*", "Condition": {"a": {}}})})
	not policy.grants_everything({0: object.remove(but({"NotResource": []}), ["Resource"])})
}

test_one_spelling_of_a_statement if {
	told := {
		"Sid": "a",
		"Effect": "Allow",
		"Principal": {"AWS": "*"},
		"Action": ["S3:Get", "s3:get"],
		"Resource": "*",
		"Condition": {"stringequals": {"AWS:PrincipalOrgID": ["o-1"]}},
	}
	policy.canonical(told) == policy.canonical({
		"Effect": "Allow",
		"Principal": "*",
		"Action": "s3:Get",
		"Resource": ["*"],
		"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
	})
	policy.canonical(told) != policy.canonical(open)
	policy.canonical({}).effect == null
}

test_a_wider_statement_covers_a_narrower_one if {
	policy.covers(open, open)
	every narrow in [
		with_principal({"AWS": "1"}),
		but({"Action": ["s3:Get", "sqs:*"]}),
		object.remove(but({"NotAction": "s3:Get"}), ["Action"]),
		but({"Resource": "arn:aws:s3:::a"}),
		but({"Condition": {"Bool": {"a": "true"}}}),
	] {
		policy.covers(open, narrow)
		not policy.covers(narrow, open)
	}
	not policy.covers(open, but({"Effect": "Deny"}))
}

test_lists_are_compared if {
	policy.covers(but({"Action": ["s3:*", "sqs:*"]}), but({"Action": ["s3:Get", "SQS:Send"]}))
	not policy.covers(but({"Action": "s3:*"}), but({"Action": ["s3:Get", "sqs:Send"]}))
	not policy.covers(but({"Action": "s3:*"}), object.remove(open, ["Action"]))
	policy.covers(with_principal({"AWS": ["1", "2"]}), with_principal({"AWS": "1"}))
	not policy.covers(with_principal({"AWS": "1"}), with_principal({"AWS": ["1", "2"]}))
	not policy.covers(with_principal({"AWS": "1"}), object.remove(open, ["Principal"]))
}

test_who_excludes_fewer_covers_more if {
	wide := {"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "NotAction": "a:b", "NotResource": "x"}
	narrow := {
		"Effect": "Allow",
		"NotPrincipal": {"AWS": ["1", "2"]},
		"NotAction": ["a:b", "a:c"],
		"NotResource": ["x", "y"],
	}
	policy.covers(wide, narrow)
	not policy.covers(narrow, wide)
	not policy.covers({"Effect": "Allow"}, {"Effect": "Allow"})
}

under(operator, values) := but({"Condition": {operator: {"aws:PrincipalOrgID": values}}})

test_conditions_are_compared if {
	policy.covers(under("StringEquals", ["o-1", "o-2"]), under("StringEquals", "o-1"))
	not policy.covers(under("StringEquals", "o-1"), under("StringEquals", ["o-1", "o-2"]))
	policy.covers(under("StringNotEquals", "o-1"), under("StringNotEquals", ["o-1", "o-2"]))
	not policy.covers(under("StringNotEquals", ["o-1", "o-2"]), under("StringNotEquals", "o-1"))
	policy.covers(under("Null", "false"), under("Null", "false"))
	not policy.covers(under("Null", ["true", "false"]), under("Null", "false"))
	not policy.covers(under("StringEquals", "o-1"), under("StringEqualsIfExists", "o-1"))
}

test_what_a_modification_widens if {
	before := {0: but({"Action": "s3:Get*"}), 1: but({"Effect": "Deny", "Action": "s3:Delete*"})}
	policy.newly_allowed(before, {0: but({"Action": "s3:GetObject"})}) == set()
	policy.newly_allowed(before, {0: but({"Action": "s3:GetObject"}), 1: but({"Action": "s3:Put"})}) == {1}
	policy.newly_allowed(before, {0: but({"Effect": "Deny", "Action": "s3:Delete"})}) == set()
	policy.no_longer_denied(before, {0: but({"Effect": "Deny"})}) == set()
	policy.no_longer_denied(before, {0: open}) == {1}
}
