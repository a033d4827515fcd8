package vpce.lib.passes_test

import data.vpce.lib.passes

layers := "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/"

asked(caller) := {"action": "s3:GetObject", "start": layers, "caller": caller}

everything := {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}

allow(members) := object.union(everything, members)

deny(members) := allow(object.union({"Effect": "Deny"}, members))

given := {"context": {"AccountId": "111122223333"}, "request": {}, "operation": "create"}

shut(statement, caller) if {
	passes.shuts_out({"0": statement}, asked(caller)) with input as given
}

shut_by(statement, caller) if {
	passes.shuts_out({"0": everything, "1": statement}, asked(caller)) with input as given
}

test_everything_passes_by_default if {
	every caller in ["aws", "nobody", "any"] {
		not shut(everything, caller)
	}
	passes.shuts_out({}, asked("any")) with input as given
}

test_actions_decide if {
	every action in ["s3:GetObject", "S3:getobject", "s3:Get*", "s3:*", "*", "s3:Get?bject", ["s3:PutObject", "s3:Get*"]] {
		not shut(allow({"Action": action}), "any")
	}
	every action in ["s3:PutObject", "sqs:*", "s3:GetObjectAcl", []] {
		shut(allow({"Action": action}), "any")
	}
	shut(object.remove(allow({"NotAction": "s3:Get*"}), ["Action"]), "any")
	not shut(object.remove(allow({"NotAction": "s3:Put*"}), ["Action"]), "any")
}

test_resources_decide if {
	every resource in [
		"*",
		"arn:aws:s3:::*",
		"arn:aws:s3:::prod-*",
		"arn:*:s3:::prod-us-east-1-starport-layer-bucket/*",
		$"{layers}one-layer",
		concat("", [layers, "${aws:username}"]),
		"arn:aws:s3:::prod-${aws:SourceVpc}/x",
		"arn:aws:s3:::prod-us-east-1-starport-layer-bucke?/*",
		["arn:aws:s3:::own/*", $"{layers}*"],
	] {
		not shut(allow({"Resource": resource}), "any")
	}
	every resource in [
		"arn:aws:s3:::own/*",
		"arn:aws:s3:::prod-us-east-1-starport-layer-bucket",
		"arn:aws:s3:::prod-us-west-2-*",
		"arn:aws:s3:::own${aws:username}",
		[],
	] {
		shut(allow({"Resource": resource}), "any")
	}
	shut(object.remove(allow({"NotResource": $"{layers}*"}), ["Resource"]), "any")
	not shut(object.remove(allow({"NotResource": $"{layers}one"}), ["Resource"]), "any")
}

test_a_deny_of_all_of_it_shuts_out if {
	every members in [
		{},
		{"Action": "s3:Get*"},
		{"Resource": $"{layers}*"},
		{"Resource": "arn:aws:s3:::prod-*"},
		{"Principal": {"AWS": "*"}},
	] {
		shut_by(deny(members), "any")
	}
	shut_by(object.remove(deny({"NotAction": "s3:Put*"}), ["Action"]), "any")
	shut_by(object.remove(deny({"NotResource": "arn:aws:s3:::own/*"}), ["Resource"]), "any")
}

test_a_deny_of_less_does_not if {
	every members in [
		{"Action": "s3:Put*"},
		{"Action": "s3:GetObjec?"},
		{"Resource": $"{layers}one*"},
		{"Resource": $"{layers}one"},
		{"Resource": "arn:aws:s3:::own/*"},
		{"Resource": concat("", [layers, "${aws:username}*"])},
		{"Principal": {"AWS": "111122223333"}},
		{"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
		{"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-abc1234567"}}},
	] {
		not shut_by(deny(members), "any")
	}
	not shut_by(object.remove(deny({"NotAction": "s3:Get*"}), ["Action"]), "any")
	not shut_by(object.remove(deny({"NotAction": "s3:Ge?Object"}), ["Action"]), "any")
	not shut_by(object.remove(deny({"NotResource": "arn:aws:s3:::prod-*"}), ["Resource"]), "any")
}

test_the_deny_is_named if {
	passes.denied_by({"0": everything, "1": deny({})}, asked("any")) == {"1"} with input as given
	passes.denied_by({"0": everything}, asked("any")) == set() with input as given
}

test_principals_of_ours_are_neither_nobody_nor_a_service if {
	every principal in [{"AWS": "111122223333"}, {"AWS": "arn:aws:iam::111122223333:role/app"}] {
		shut(allow({"Principal": principal}), "aws")
		shut(allow({"Principal": principal}), "nobody")
		not shut(allow({"Principal": principal}), "any")
	}
	every principal in [{"AWS": "999900001111"}, {"Service": "cloudformation.amazonaws.com"}] {
		not shut(allow({"Principal": principal}), "aws")
		shut(allow({"Principal": principal}), "nobody")
	}
	every principal in ["*", {"AWS": "*"}, {"AWS": ["111122223333", "*"]}] {
		not shut(allow({"Principal": principal}), "nobody")
		not shut(allow({"Principal": principal}), "aws")
	}
}

of_callers := {"aws:PrincipalOrgID": "o-abc1234567", "aws:PrincipalOrgPaths": "o-abc1234567/r-ab12/*"}

of_buckets := {
	"aws:ResourceOrgID": "o-abc1234567",
	"aws:ResourceAccount": "111122223333",
	"s3:ResourceAccount": ["111122223333"],
}

under(operator, key, value) := {"Condition": {operator: {key: value}}}

test_conditions_on_the_caller_shut_out_presigned_urls_and_nobody if {
	every caller in ["aws", "nobody"] {
		every key, value in of_callers {
			shut(allow(under("StringLike", key, value)), caller)
			not shut(allow(under("StringLikeIfExists", key, value)), caller)
			not shut(allow(under("ForAllValues:StringLike", key, value)), caller)
			shut_by(deny(under("StringNotLike", key, value)), caller)
		}
		shut(allow(under("StringEquals", "aws:PrincipalAccount", "111122223333")), caller)
		shut(allow(under("StringEqualsIfExists", "aws:PrincipalAccount", "111122223333")), caller)
		shut(allow(under("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*")), caller)
		not shut(allow(under("StringLike", "aws:PrincipalOrgID", "*")), "aws")
	}
	every key, value in of_callers {
		not shut(allow(under("StringLike", key, value)), "any")
		not shut_by(deny(under("StringNotLike", key, value)), "any")
	}
	not shut(allow(under("StringEquals", "aws:PrincipalAccount", "999900001111")), "aws")
}

test_who_is_not_signed_lacks_what_a_signature_tells if {
	shut(allow(under("Bool", "aws:PrincipalIsAWSService", "true")), "nobody")
	shut(allow(under("StringEquals", "aws:PrincipalTag/team", "a")), "nobody")
	shut(allow(under("Null", "aws:PrincipalArn", "false")), "nobody")
	not shut(allow(under("Null", "aws:PrincipalArn", "true")), "nobody")
	not shut(allow(under("BoolIfExists", "aws:PrincipalIsAWSService", "true")), "nobody")
	not shut(allow(under("Bool", "aws:PrincipalIsAWSService", "true")), "aws")
	shut_by(deny(under("Null", "aws:PrincipalArn", "true")), "nobody")
	shut_by(deny(under("BoolIfExists", "aws:PrincipalIsAWSService", "false")), "nobody")
	not shut_by(deny(under("Bool", "aws:PrincipalIsAWSService", "false")), "nobody")
	not shut_by(deny(under("NullIfExists", "aws:PrincipalArn", "true")), "nobody")
	not shut_by(deny(under("ForAnyValue:StringNotLike", "aws:PrincipalOrgPaths", "o-abc1234567/*")), "nobody")
}

test_conditions_on_the_owner_of_buckets_shut_out_those_of_aws if {
	every caller in ["aws", "nobody", "any"] {
		every key, value in of_buckets {
			shut(allow(under("StringEquals", key, value)), caller)
			shut_by(deny(under("StringNotEquals", key, value)), caller)
		}
		shut(allow(under("StringEqualsIfExists", "aws:ResourceAccount", "111122223333")), caller)
		not shut(allow(under("StringEqualsIfExists", "aws:ResourceOrgID", "o-abc1234567")), caller)
	}
	every value in ["999900001111", ["111122223333", "999900001111"], "${aws:PrincipalAccount}", []] {
		not shut(allow(under("StringEquals", "aws:ResourceAccount", value)), "any")
		not shut_by(deny(under("StringNotEquals", "aws:ResourceAccount", value)), "any")
	}
	not shut(allow(under("StringEquals", "aws:ResourceOrgID", "${aws:PrincipalOrgID}")), "any")
	not shut(allow(under("StringLike", "aws:ResourceOrgPaths", "o-${aws:PrincipalTag/o}/*")), "any")
}

test_a_deny_holds_under_all_its_conditions_only if {
	both := {"Condition": {
		"StringNotEquals": {"aws:ResourceAccount": "111122223333"},
		"StringEquals": {"aws:SourceVpc": "vpc-1"},
	}}
	not shut_by(deny(both), "aws")
	perimeter := {"Condition": {
		"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abc1234567"},
		"BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
	}}
	shut_by(deny(perimeter), "nobody")
	not shut_by(deny(perimeter), "aws")
}

test_a_statement_that_says_too_little_may_allow if {
	not shut({"Effect": "Allow"}, "nobody")
	shut({"Effect": "Deny"}, "nobody")
	not shut_by({"Effect": "Deny"}, "nobody")
}
