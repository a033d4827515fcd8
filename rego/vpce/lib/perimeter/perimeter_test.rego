package vpce.lib.perimeter_test

import data.vpce.lib.perimeter
import data.vpce.testing.fixture

told := {
	"org_ids": ["o-abc1234567"],
	"accounts": ["111122223333"],
	"policy": {"resource_org_exceptions": ["arn:aws:s3:::aws-*"]},
}

open := {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}

under(operator, key, value) := object.union(open, {"Condition": {operator: {key: value}}})

given(statements) := fixture.gateway({"PolicyDocument": {"Statement": statements}})

our_principals(statement) if {
	perimeter.of_our_principals(statement) with data.org as told with input as given([statement])
}

our_resources(statement) if {
	perimeter.of_our_resources(statement) with data.org as told with input as given([statement])
}

test_principals_of_the_organisation if {
	our_principals(under("StringEquals", "AWS:principalorgid", "o-abc1234567"))
	our_principals(under("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-abc1234567/r-1/*"))
	our_principals(under("Bool", "aws:PrincipalIsAWSService", "true"))
	our_principals(object.union(open, {"Principal": {"AWS": ["111122223333", "arn:aws:iam::111122223333:root"]}}))
	our_principals(object.union(open, {"Principal": {"Service": "logs.amazonaws.com"}}))
}

test_accounts_and_roles_of_the_organisation if {
	our_principals(under("StringEquals", "aws:PrincipalAccount", "111122223333"))
	our_principals(under("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/app-*"))
	not our_principals(under("StringEquals", "aws:PrincipalAccount", ["111122223333", "999900001111"]))
	not our_principals(under("StringLike", "aws:PrincipalAccount", "*"))
	not our_principals(under("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/app-*"))
	not our_principals(under("ArnLike", "aws:PrincipalArn", "arn:aws:iam::999900001111:role/app"))
	our_resources(under("StringEquals", "aws:ResourceAccount", "111122223333"))
	not our_resources(under("StringEquals", "aws:ResourceAccount", "999900001111"))
}

allow(action, resource) := object.union(open, {"Action": action, "Resource": resource})

deny_others(action, resource, condition) := {
	"Effect": "Deny",
	"Principal": "*",
	"Action": action,
	"Resource": resource,
	"Condition": condition,
}

others := {"StringNotEquals": {"aws:PrincipalOrgID": "o-abc1234567"}}

closed(allowed, denied) if {
	perimeter.of_our_principals(allowed) with data.org as told with input as given([allowed, denied])
}

test_a_deny_need_only_cover_what_is_allowed if {
	closed(allow("s3:*", "*"), deny_others("s3:*", "*", others))
	closed(allow(["s3:GetObject", "s3:PutObject"], "*"), deny_others("s3:*", "*", others))
	closed(allow("s3:GetObject", "arn:aws:s3:::a/*"), deny_others("s3:Get*", "arn:aws:s3:::a*", others))
	closed(allow("s3:*", "*"), deny_others("s3:*", "*", {"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}}))
	not closed(allow("s3:*", "*"), deny_others("s3:Put*", "*", others))
	not closed(allow("s3:*", "*"), deny_others("s3:*", "arn:aws:s3:::a/*", others))
	not closed(object.remove(object.union(open, {"NotAction": "iam:*"}), ["Action"]), deny_others("s3:*", "*", others))
	not closed(allow("s3:*", "*"), object.union(deny_others("s3:*", "*", others), {"Principal": {"AWS": "111122223333"}}))
	not closed(allow("s3:*", "*"), deny_others("s3:*", "*", {"StringNotEquals": {"aws:PrincipalAccount": "999900001111"}}))
}

test_a_deny_may_spare_services_of_aws if {
	spared := object.union(others, {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}})
	closed(allow("s3:*", "*"), deny_others("s3:*", "*", spared))
}

excepting := object.union(told, {"policy": {
	"narrowing_keys": ["aws:PrincipalOrgID", "aws:PrincipalIsAWSService"],
	"exception_conditions": {"aws:PrincipalTag/dp:exclude:network": ["true"]},
	"resource_org_exceptions": ["arn:aws:s3:::al2023-repos-*"],
}})

excepted(statement) if {
	every judged in ["principals", "resources"] {
		_passes(judged, statement)
	}
}

_passes("principals", statement) if {
	perimeter.of_our_principals(statement) with data.org as excepting with input as given([statement])
}

_passes("resources", statement) if {
	perimeter.of_our_resources(statement) with data.org as excepting with input as given([statement])
}

test_exceptions_by_condition_and_by_resource if {
	excepted(under("StringEquals", "aws:PrincipalTag/dp:exclude:network", "true"))
	not excepted(under("StringEquals", "aws:PrincipalTag/dp:exclude:network", "false"))
	not excepted(under("StringEquals", "aws:PrincipalTag/dp:exclude:other", "true"))
	excepted(under("Bool", "aws:PrincipalIsAWSService", "true"))
	excepted(allow("s3:GetObject", ["arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*"]))
	not excepted(allow("s3:GetObject", ["arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*", "arn:aws:s3:::mine/*"]))
}

test_a_key_of_the_organisation_that_names_nobody_makes_an_exception if {
	tagged := object.union(told, {"policy": {"narrowing_keys": ["aws:PrincipalTag/dp:exclude", "aws:PrincipalAccount"]}})
	every statement in [under("StringEquals", "aws:PrincipalTag/dp:exclude", "true")] {
		perimeter.of_our_principals(statement) with data.org as tagged with input as given([statement])
		perimeter.of_our_resources(statement) with data.org as tagged with input as given([statement])
	}
	foreign := under("StringEquals", "aws:PrincipalAccount", "999900001111")
	not perimeter.of_our_principals(foreign) with data.org as tagged with input as given([foreign])
	if_exists := under("StringEqualsIfExists", "aws:PrincipalTag/dp:exclude", "true")
	not perimeter.of_our_principals(if_exists) with data.org as tagged with input as given([if_exists])
}

not_principal(principal) := {"Effect": "Deny", "NotPrincipal": {"AWS": principal}, "Action": "s3:*", "Resource": "*"}

test_a_deny_may_spare_principals_by_name if {
	closed(allow("s3:*", "*"), not_principal(["111122223333", "arn:aws:iam::111122223333:role/app"]))
	not closed(allow("s3:*", "*"), not_principal("999900001111"))
	not closed(allow("*", "*"), not_principal("111122223333"))
	not closed(allow("s3:*", "*"), object.union(not_principal("111122223333"), {"Condition": {"Bool": {"a:b": "true"}}}))
}

test_the_policy_of_the_organisation_leaves_the_buckets_of_aws_open if {
	not perimeter.own_policy with data.org as object.union(told, {"policy": {"resource_org_exceptions": []}})
		with input as fixture.gateway({})
	text := perimeter.own_policy with data.org as excepting with input as fixture.gateway({})
	[own, aws] := json.unmarshal(text).Statement
	own.Condition == {"StringEquals": {"aws:PrincipalOrgID": ["o-abc1234567"]}}
	aws.Resource == ["arn:aws:s3:::al2023-repos-*"]
	not aws.Condition
}

test_principals_of_others if {
	not our_principals(open)
	not our_principals(under("StringEquals", "aws:PrincipalOrgID", ["o-abc1234567", "o-zzz1234567"]))
	not our_principals(under("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ["o-abc1234567/*", "o-abc12345678/*"]))
	not our_principals(under("ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-abc1234567"))
	not our_principals(object.union(open, {"Principal": {"AWS": ["111122223333", "999900001111"]}}))
	not our_principals(object.union(open, {"Principal": {"Federated": "111122223333"}}))
}

test_resources_of_the_organisation if {
	our_resources(under("StringEquals", "aws:ResourceOrgID", "o-abc1234567"))
	our_resources(under("ForAnyValue:StringLike", "aws:ResourceOrgPaths", "o-abc1234567/*"))
	our_resources(object.union(open, {"Resource": ["arn:aws:sqs:us-east-1:111122223333:q", "arn:aws:s3:::aws-x"]}))
	not our_resources(object.union(open, {"Resource": ["arn:aws:sqs:us-east-1:111122223333:q", "arn:aws:s3:::x"]}))
	not our_resources(open)
}

test_a_deny_of_everyone_else_is_as_good if {
	deny := object.union(under("StringNotEquals", "aws:PrincipalOrgID", "o-abc1234567"), {"Effect": "Deny"})
	perimeter.of_our_principals(open) with data.org as told with input as given([open, deny])
	not perimeter.of_our_resources(open) with data.org as told with input as given([open, deny])
	strange := object.union(under("StringNotEquals", "aws:PrincipalOrgID", "o-zzz1234567"), {"Effect": "Deny"})
	not perimeter.of_our_principals(open) with data.org as told with input as given([open, strange])
}

test_the_default_policy_is_not_judged if {
	perimeter.judged == {} with input as fixture.gateway({})
	object.keys(perimeter.judged) == {0} with input as given([open])
}

test_a_policy_that_is_not_told if {
	missing := {pointer |
		some why in perimeter.untold with input as fixture.modify({}, {"VpcEndpointType": "Gateway"}, {})
		some pointer in why.missing
	}
	missing == {"/current/PolicyDocument"}
	perimeter.untold == set() with input as fixture.gateway({})
	count(perimeter.untold) == 1 with input as fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
}

on_sqs(statements) := fixture.interface({"PolicyDocument": {"Statement": statements}})

test_a_fix_adds_to_what_is_there if {
	at := "/request/PolicyDocument/Statement/0/Condition"
	ids := ["o-abc1234567"]
	whole := perimeter.fix(0, "aws:ResourceOrgID") with data.org as told with input as on_sqs([open])
	whole.fix == [{"op": "add", "path": at, "value": {"StringEquals": {"aws:ResourceOrgID": ids}}}]
	bool := under("Bool", "aws:SecureTransport", "true")
	beside := perimeter.fix(0, "aws:ResourceOrgID") with data.org as told with input as on_sqs([bool])
	beside.fix == [{"op": "add", "path": concat("/", [at, "StringEquals"]), "value": {"aws:ResourceOrgID": ids}}]
	ours := under("StringEquals", "aws:PrincipalOrgID", ids)
	inside := perimeter.fix(0, "aws:ResourceOrgID") with data.org as told with input as on_sqs([ours])
	inside.fix == [{"op": "add", "path": concat("/", [at, "StringEquals", "aws:ResourceOrgID"]), "value": ids}]
	there := perimeter.fix(0, "aws:PrincipalOrgID") with data.org as told with input as on_sqs([ours])
	there == {}
	without := perimeter.fix(0, "aws:ResourceOrgID") with input as on_sqs([open])
	without == {}
}

test_an_own_policy_is_for_the_organisation_and_what_it_excepts if {
	plain := json.unmarshal(perimeter.own_policy) with data.org as told with input as fixture.interface({})
	plain.Statement == [object.union(open, {
		"Resource": ["*"],
		"Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-abc1234567"]}},
	})]
	strict := object.union(told, {"policy": {"require_resource_org": true}})
	whole := json.unmarshal(perimeter.own_policy) with data.org as strict with input as fixture.gateway({})
	object.keys(whole.Statement[0].Condition.StringEquals) == {"aws:PrincipalOrgID", "aws:ResourceOrgID"}
	whole.Statement[1].Resource == ["arn:aws:s3:::aws-*"]
	not perimeter.own_policy with input as fixture.gateway({})
}

test_the_account_of_the_vpc_is_ours if {
	named := object.union(open, {"Principal": {"AWS": "111122223333"}})
	perimeter.of_our_principals(named) with input as given([named])
}

test_what_is_proved_of_the_policy_holds_of_each_statement if {
	statement := {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
	perimeter.of_our_principals(statement) with input.proofs.outside_principals.answer as "proved"
	perimeter.of_our_resources(statement) with input.proofs.outside_resources.answer as "proved"
	every answer in ["refuted", "undecided"] {
		not perimeter.of_our_principals(statement) with input.proofs.outside_principals.answer as answer
		not perimeter.of_our_resources(statement) with input.proofs.outside_resources.answer as answer
	}
	not perimeter.of_our_resources(statement) with input.proofs.outside_principals.answer as "proved"
	not perimeter.of_our_principals(statement) with input.proofs.outside_resources.answer as "proved"
}
