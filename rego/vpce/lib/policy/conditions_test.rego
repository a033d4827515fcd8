package vpce.lib.policy_conditions_test

import data.vpce.lib.policy

under(operator, key, values) := {
	"Effect": "Allow",
	"Principal": "*",
	"Action": "*",
	"Resource": "*",
	"Condition": {operator: {key: values}},
}

deny_under(conditions) := {
	"Effect": "Deny",
	"Principal": "*",
	"Action": "*",
	"Resource": "*",
	"Condition": conditions,
}

only(statement) := condition if some condition in policy.conditions(statement)

org := "aws:PrincipalOrgID"

keys := [org, "aws:PrincipalArn", "aws:VpcSourceIp", "aws:PrincipalIsAWSService"]

test_a_condition_in_its_parts if {
	policy.conditions(under("ForAnyValue:stringlikeIfExists", "aws:PrincipalTag/team", ["a", true, 7])) == {{
		"operator": "ForAnyValue:stringlikeIfExists",
		"base": "StringLike",
		"qualifier": "ForAnyValue",
		"if_exists": true,
		"name": "aws:PrincipalTag/team",
		"key": "aws:principaltag/team",
		"values": ["a", "true", "7"],
		"path": "Condition/ForAnyValue:stringlikeIfExists/aws:PrincipalTag~1team",
		"places": [
			"Condition/ForAnyValue:stringlikeIfExists/aws:PrincipalTag~1team/0",
			"Condition/ForAnyValue:stringlikeIfExists/aws:PrincipalTag~1team/1",
			"Condition/ForAnyValue:stringlikeIfExists/aws:PrincipalTag~1team/2",
		],
	}}
	plain := only(under("StringEquals", org, "o-1"))
	plain.qualifier == ""
	plain.if_exists == false
	plain.places == ["Condition/StringEquals/aws:PrincipalOrgID"]
	only(under("forallvalues:StringEquals", org, "o-1")).qualifier == "ForAllValues"
	only(under("StringIs", org, "o-1")).base == "stringis"
}

test_odd_conditions_are_none if {
	every odd in [null, 5, "x", [], [{"a": "b"}], {"Bool": "x"}, {"Bool": ["x"]}, {"Bool": null}] {
		policy.conditions({"Condition": odd}) == set()
	}
	policy.conditions({}) == set()
	only(under("StringEquals", org, null)).values == []
	only(under("StringEquals", org, [null, {}])).values == ["null", "an object"]
}

test_operators_restrict_or_negate if {
	every operator in ["StringEquals", "stringlike", "ArnLike", "IpAddress", "Bool", "ForAnyValue:StringEquals"] {
		policy.restricting(only(under(operator, org, "x")))
		not policy.negated(only(under(operator, org, "x")))
	}
	every operator in ["StringNotEquals", "ArnNotLike", "NotIpAddress", "StringNotLikeIfExists"] {
		policy.negated(only(under(operator, org, "x")))
		not policy.restricting(only(under(operator, org, "x")))
	}
	every operator in ["Null", "StringIs", "StringIsNot"] {
		not policy.restricting(only(under(operator, org, "x")))
		not policy.negated(only(under(operator, org, "x")))
	}
}

test_a_positive_condition_of_a_key_narrows if {
	every statement in [
		under("StringEquals", "AWS:principalorgid", "o-1"),
		under("StringLike", org, "o-1"),
		under("StringEquals", org, "*"),
		under("ForAnyValue:StringLike", org, ["o-1", "o-2*"]),
		under("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/app-*"),
		under("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:*"),
		under("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
		under("Bool", "aws:PrincipalIsAWSService", true),
		under("StringEquals", org, "${aws:ResourceOrgID}"),
	] {
		policy.narrowed_by(statement, keys)
	}
	not policy.narrowed_by(under("StringEquals", "aws:SourceVpc", "vpc-1"), keys)
	not policy.narrowed_by({}, keys)
}

test_what_holds_for_everyone_or_without_the_key_does_not_narrow if {
	every statement in [
		under("StringNotEquals", org, "o-1"),
		under("StringEqualsIfExists", org, "o-1"),
		under("ForAllValues:StringEquals", org, "o-1"),
		under("Null", org, "false"),
		under("StringLike", org, "*"),
		under("StringLike", org, ["o-1", "?*"]),
		under("StringEquals", org, []),
		under("StringEquals", org, "${aws:PrincipalOrgID}"),
		under("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*"),
		under("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::*:*"),
		under("IpAddress", "aws:VpcSourceIp", "0.0.0.0/0"),
		under("Bool", "aws:PrincipalIsAWSService", "false"),
		under("StringIs", org, "o-1"),
	] {
		not policy.narrowed_by(statement, keys)
	}
}

test_null_false_makes_up_for_an_absent_key if {
	every operator in ["StringEqualsIfExists", "ForAllValues:StringEquals"] {
		policy.narrowed_by(
			{"Condition": {operator: {org: "o-1"}, "Null": {"aws:principalorgid": false}}},
			keys,
		)
		not policy.narrowed_by({"Condition": {operator: {org: "o-1"}, "Null": {"aws:SourceVpc": "false"}}}, keys)
		not policy.narrowed_by({"Condition": {operator: {org: "o-1"}, "Null": {org: "true"}}}, keys)
		not policy.narrowed_by({"Condition": {operator: {org: "o-1"}, "ForAllValues:Null": {org: "false"}}}, keys)
	}
	policy.demands(under("Null", org, ["False"]), "AWS:PrincipalOrgID")
	not policy.demands(under("Null", org, ["false", "true"]), org)
	not policy.demands(under("Null", org, []), org)
	not policy.demands(under("Bool", org, "false"), org)
}

test_a_deny_of_all_others_narrows if {
	every conditions in [
		{"StringNotEquals": {org: "o-1"}},
		{"StringNotEqualsIfExists": {org: ["o-1", "o-2"]}},
		{"ForAllValues:StringNotLike": {org: "o-1*"}},
		{"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}},
		{"StringNotEquals": {org: "o-1"}, "ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::1:role/a"}},
		{"StringNotEquals": {org: "o-1"}, "BoolIfExists": {"aws:ViaAWSService": "false"}},
	] {
		policy.denies_others(deny_under(conditions), keys, ["aws:ViaAWSService"])
	}
}

test_a_deny_with_gaps_does_not if {
	every conditions in [
		{},
		{"StringEquals": {org: "o-1"}},
		{"ForAnyValue:StringNotEquals": {org: "o-1"}},
		{"StringNotLike": {org: "*"}},
		{"NotIpAddress": {"aws:VpcSourceIp": "::/0"}},
		{"StringNotEquals": {"aws:SourceVpc": "vpc-1"}},
		{"StringNotEquals": {org: "o-1"}, "Null": {org: "false"}},
		{"StringNotEquals": {org: "o-1"}, "StringEquals": {"aws:SourceVpc": "vpc-1"}},
		{"BoolIfExists": {"aws:ViaAWSService": "false"}},
	] {
		not policy.denies_others(deny_under(conditions), keys, ["aws:ViaAWSService"])
	}
	deny := deny_under({"StringNotEquals": {org: "o-1"}})
	policy.denies_others(deny, keys, [])
	every members in [{"Effect": "Allow"}, {"Action": "s3:*"}, {"Resource": "x"}, {"Principal": {"AWS": "1"}}] {
		not policy.denies_others(object.union(object.remove(deny, object.keys(members)), members), keys, [])
	}
}
