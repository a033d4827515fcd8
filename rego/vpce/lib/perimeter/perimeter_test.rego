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

test_a_fix_adds_to_what_is_there if {
	at := "/request/PolicyDocument/Statement/0/Condition"
	ids := ["o-abc1234567"]
	whole := perimeter.fix(0, "aws:ResourceOrgID") with data.org as told with input as given([open])
	whole.fix == [{"op": "add", "path": at, "value": {"StringEquals": {"aws:ResourceOrgID": ids}}}]
	bool := under("Bool", "aws:SecureTransport", "true")
	beside := perimeter.fix(0, "aws:ResourceOrgID") with data.org as told with input as given([bool])
	beside.fix == [{"op": "add", "path": concat("/", [at, "StringEquals"]), "value": {"aws:ResourceOrgID": ids}}]
	ours := under("StringEquals", "aws:PrincipalOrgID", ids)
	inside := perimeter.fix(0, "aws:ResourceOrgID") with data.org as told with input as given([ours])
	inside.fix == [{"op": "add", "path": concat("/", [at, "StringEquals", "aws:ResourceOrgID"]), "value": ids}]
	there := perimeter.fix(0, "aws:PrincipalOrgID") with data.org as told with input as given([ours])
	there == {}
	without := perimeter.fix(0, "aws:ResourceOrgID") with input as given([open])
	without == {}
}

test_an_own_policy_is_for_the_organisation_and_what_it_excepts if {
	plain := json.unmarshal(perimeter.own_policy) with data.org as told with input as fixture.gateway({})
	plain.Statement == [object.union(open, {
		"Resource": ["*"],
		"Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-abc1234567"]}},
	})]
	strict := object.union(told, {"policy": {"require_resource_org": true}})
	whole := json.unmarshal(perimeter.own_policy) with data.org as strict with input as fixture.gateway({})
	object.keys(whole.Statement[0].Condition.StringEquals) == {"aws:PrincipalOrgID", "aws:ResourceOrgID"}
	whole.Statement[1].Resource == ["arn:aws:s3:::aws-*"]
	other := json.unmarshal(perimeter.own_policy) with data.org as strict with input as fixture.interface({})
	count(other.Statement) == 1
	not perimeter.own_policy with input as fixture.gateway({})
}

test_the_account_of_the_vpc_is_ours if {
	named := object.union(open, {"Principal": {"AWS": "111122223333"}})
	perimeter.of_our_principals(named) with input as given([named])
}
