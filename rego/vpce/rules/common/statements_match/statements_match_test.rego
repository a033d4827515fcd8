package vpce.rules.common.statements_match_test

import data.vpce.rules.common.statements_match as rule
import data.vpce.testing.fixture

allow := {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}

proposal(members) := with_version({"Version": "2012-10-17"}, members)

with_version(version, members) := fixture.gateway({"PolicyDocument": object.union(
	version,
	{"Statement": [object.union(object.remove(allow, object.keys(members)), members)]},
)})

at(rest) := $"/request/PolicyDocument/Statement/0/{rest}"

under(operator, key, value) := {"Condition": {operator: {key: value}}}

test_what_requests_bring_passes if {
	every members in [
		{},
		under("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
		under("IpAddressIfExists", "aws:SourceIp", "203.0.113.0/24"),
		under("ForAllValues:IpAddress", "aws:SourceIp", "203.0.113.0/24"),
		under("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"),
		under("StringEquals", "aws:SourceVpc", ["vpc-0a000002", "vpc-0a000001"]),
		under("StringEquals", "aws:SourceVpce", "vpce-0a000001"),
		under("StringLike", "aws:SourceVpce", "*"),
		under("StringEquals", "aws:SourceVpc", "${aws:PrincipalTag/vpc}"),
		under("StringEquals", "aws:SourceVpc", []),
		under("StringNotEquals", "aws:SourceVpc", "vpc-0a000002"),
		{"Effect": "Deny", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-0a000002"}}},
		{"Resource": "arn:aws:s3:::a/*"},
		{"Resource": ["arn:aws-cn:s3:::a/*", "arn:aws:s3:::a/*"]},
		{"Resource": "arn:*:s3:::a/*"},
		{"Resource": "arn:${aws:partition}:s3:us-gov-*:1:accesspoint/${aws:username}"},
		{"Resource": ["*", 5]},
		{"Resource": "ar?:aws:s3:::a/*"},
		{"Resource": "${aws:PrincipalTag/bucket}"},
	] {
		rule.deny == set() with input as proposal(members)
	}
	rule.deny == set() with input as fixture.gateway({})
}

test_requests_have_no_public_address if {
	why := "requests through a VPC endpoint have no aws:SourceIp; aws:VpcSourceIp is the address in the VPC"
	rule.deny == {{
		"message": $"statement 0 allows nothing: {why}",
		"path": at("Condition/IpAddress/aws:SourceIp"),
	}} with input as proposal(under("IpAddress", "aws:SourceIp", "203.0.113.0/24"))
	every operator in ["NotIpAddress", "NotIpAddressIfExists"] {
		denying := object.union({"Effect": "Deny"}, under(operator, "aws:SourceIp", "203.0.113.0/24"))
		rule.deny == {{
			"message": $"statement 0 denies what it names to everyone: {why}",
			"path": at($"Condition/{operator}/aws:SourceIp"),
		}} with input as proposal(denying)
	}
}

test_a_deny_with_another_condition_denies_some if {
	rule.deny == set() with input as proposal({"Effect": "Deny", "Condition": {
		"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"},
		"StringNotEquals": {"aws:SourceVpc": "vpc-0a000001"},
	}})
}

test_requests_come_from_the_vpc_of_the_endpoint if {
	rule.deny == {{
		"message": concat(" ", [
			"statement 0 allows nothing: aws:SourceVpc of requests through this endpoint is vpc-0a000001,",
			"not vpc-0a000002",
		]),
		"path": at("Condition/StringEquals/aws:SourceVpc"),
	}} with input as proposal(under("StringEquals", "aws:SourceVpc", "vpc-0a000002"))
}

test_ids_of_another_kind_are_never_equal if {
	rule.deny == {{
		"message": concat(" ", [
			"statement 0 denies what it names to everyone: aws:sourceVpce is compared with vpc-0a000001,",
			"and such ids begin with vpce-",
		]),
		"path": at("Condition/StringNotEquals/aws:sourceVpce"),
	}} with input as proposal(object.union(
		{"Effect": "Deny"},
		under("StringNotEquals", "aws:sourceVpce", "vpc-0a000001"),
	))
}

test_values_have_the_type_of_the_operator if {
	every case in [
		["Bool", "yes", "boolean"],
		["Null", "no", "boolean"],
		["DateLessThan", "31.12.2030", "date"],
		["NumericEqualsIfExists", "ten", "number"],
		["IpAddress", "10.0.0", "range of addresses"],
		["NotIpAddress", "10.0.0.1-10.0.0.9", "range of addresses"],
	] {
		[operator, value, type] := case
		rule.deny == {{
			"message": $"statement 0 compares s3:a by {operator} with {value}, which is not of the type {type}",
			"path": at($"Condition/{operator}/s3:a"),
		}} with input as proposal(under(operator, "s3:a", value))
	}
	every case in [
		["Bool", true],
		["Null", "False"],
		["DateLessThan", "2030-12-31"],
		["DateGreaterThan", "2030-12-31T10:00:00.5+01:00"],
		["DateEquals", 1900000000],
		["NumericEquals", "-1.5e3"],
		["NumericLessThan", 7],
		["IpAddress", "10.0.0.1"],
		["IpAddress", "2600:1f18::/56"],
		["Bool", "${aws:PrincipalTag/a}"],
	] {
		rule.deny == set() with input as proposal(under(case[0], "s3:a", case[1]))
	}
}

test_variables_need_their_version if {
	resource := {"Resource": "arn:aws:s3:::a/${aws:username}/*"}
	message := "statement 0 takes ${aws:username} for a text: policy variables need Version 2012-10-17, and the policy"
	rule.deny == {{
		"message": concat(" ", [message, "has none"]),
		"path": at("Resource"),
	}} with input as with_version({}, resource)
	rule.deny == {{
		"message": concat(" ", [message, "has 2008-10-17"]),
		"path": at("Resource"),
	}} with input as with_version({"Version": "2008-10-17"}, resource)
	rule.deny == {{
		"message": concat(" ", [message, "has none"]),
		"path": at("Condition/StringLike/s3:prefix"),
	}} with input as with_version({}, under("StringLike", "s3:prefix", "${aws:username}/*"))
	rule.deny == set() with input as with_version({}, {"Resource": "arn:aws:s3:::a/*"})
}

test_a_version_known_later_may_be_the_right_one if {
	known := with_version({}, {"Resource": "arn:aws:s3:::a/${aws:username}/*"})
	rule.deny == set() with input as object.union(known, {"unknown": ["/request/PolicyDocument/Version"]})
}

test_resources_of_another_partition_are_none if {
	rule.deny == {{
		"message": concat(" ", [
			"statement 0 leads to nothing: its resources are of the partition aws-cn,",
			"and the endpoint is in aws",
		]),
		"path": at("Resource"),
	}} with input as proposal({"Resource": ["arn:aws-cn:s3:::a/*", "arn:aws-us-gov:s3:::a/*"]})
}

test_resources_of_another_region_only_are_none if {
	elsewhere := "arn:aws:s3:eu-west-1:111122223333:accesspoint/a"
	rule.deny == {{
		"message": concat(" ", [
			"statement 0 leads to nothing: its resources are in eu-west-1,",
			"and the endpoint leads to the service in us-east-1",
		]),
		"path": at("Resource"),
	}} with input as proposal({"Resource": elsewhere})
	rule.deny == set() with input as proposal({"Effect": "Deny", "Resource": elsewhere})
}

test_what_is_not_known_is_undetermined_where_it_matters if {
	rule.undetermined == {{
		"reason": "which VPC requests come from is not known yet",
		"missing": ["/request/VpcId"],
	}} with input as fixture.unknown(proposal(under("StringEquals", "aws:SourceVpc", "vpc-0a000002")), ["VpcId"])
	rule.undetermined == {{
		"reason": "where the service is, and so which resources requests can be about, is not known yet",
		"missing": ["/request/ServiceName"],
	}} with input as fixture.unknown(proposal({"Resource": "arn:aws-cn:s3:::a/*"}), ["ServiceName"])
	rule.undetermined == {{
		"reason": "not all of the policy is known yet, so which requests its statements fit is not known",
		"missing": ["/request/PolicyDocument"],
	}} with input as fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
	rule.undetermined == set() with input as fixture.unknown(proposal({}), ["VpcId", "ServiceName"])
}

test_a_delete_is_not_judged if {
	gone := object.union(proposal(under("Bool", "aws:SecureTransport", "yes")), {"operation": "delete"})
	rule.deny == set() with input as gone
	rule.undetermined == set() with input as object.union(gone, {"unknown": ["/request/PolicyDocument"]})
}

session := "arn:aws:sts::111122223333:assumed-role/app/i-0a1b2c3d"

of_a_session := $"aws:PrincipalArn is the ARN of a role, never of its session, which {session} is"

test_no_request_has_the_arn_of_a_session if {
	{d.message | some d in rule.deny} == {$"statement 0 allows nothing: {of_a_session}"} with input as proposal(under(
		"ArnLike",
		"aws:PrincipalArn",
		session,
	))
	denied := object.union({"Effect": "Deny"}, under("ArnNotEquals", "aws:PrincipalArn", [session]))
	{d.message | some d in rule.deny} == {concat("", [
		"statement 0 denies what it names to everyone: ",
		of_a_session,
	])} with input as proposal(denied)
}

test_a_role_and_what_may_be_nobody_pass if {
	every members in [
		under("ArnLike", "aws:PrincipalArn", ["arn:aws:iam::111122223333:role/app", session]),
		under("ArnLike", "aws:PrincipalArn", "arn:aws:sts::111122223333:federated-user/app"),
		under("ArnLike", "aws:PrincipalArn", []),
		under("ArnLike", "aws:SourceArn", session),
		under("ArnLikeIfExists", "aws:PrincipalArn", session),
		under("ForAllValues:ArnLike", "aws:PrincipalArn", session),
		object.union({"Effect": "Deny"}, under("ArnLike", "aws:PrincipalArn", session)),
	] {
		rule.deny == set() with input as proposal(members)
	}
}

test_what_is_neither_an_arn_nor_a_star_is_told if {
	rule.deny == {{
		"message": "statement 0 names bucket/*, which is neither an ARN nor *, so no request is about it",
		"path": at("Resource/1"),
	}} with input as proposal({"Resource": ["arn:aws:s3:::a/*", "bucket/*"]})
	rule.deny == {{
		"message": "statement 0 names bucket, which is neither an ARN nor *, so no request is about it",
		"path": at("NotResource"),
	}} with input as with_version({"Version": "2012-10-17"}, {"Effect": "Deny", "NotResource": "bucket"})
}
