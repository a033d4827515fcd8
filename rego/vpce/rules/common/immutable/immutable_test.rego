package vpce.rules.common.immutable_test

import data.vpce.rules.common.immutable as rule
import data.vpce.testing.fixture

current := {"VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.sqs", "VpcEndpointType": "Interface"}

test_a_modify_of_something_else_passes if {
	rule.deny == set() with input as fixture.modify({"AddSubnetIds": ["subnet-1"]}, current, {})
	rule.undetermined == set() with input as fixture.modify({}, current, {})
}

test_naming_what_stays_is_no_change if {
	rule.deny == set() with input as fixture.modify({"VpcId": "vpc-1"}, current, {})
}

test_another_service_is_denied if {
	rule.deny == {{
		"message": concat(" ", [
			"ServiceName would change from \"com.amazonaws.us-east-1.sqs\"",
			"to \"com.amazonaws.us-east-1.sns\", which only a replacement can do",
		]),
		"path": "/request/ServiceName",
	}} with input as fixture.modify({"ServiceName": "com.amazonaws.us-east-1.sns"}, current, {})
}

test_a_modify_of_an_unknown_endpoint_is_undetermined if {
	unknown := json.remove(fixture.modify({}, current, {}), ["/current", "/endpoint"])
	rule.deny == set() with input as unknown
	rule.undetermined == {{
		"reason": "what the endpoint is now is not known",
		"missing": ["/current"],
	}} with input as unknown
}

test_what_stands_for_an_id_may_be_the_same if {
	every value in ["aws_vpc.main", "${aws_vpc.main.id}"] {
		rule.deny == set() with input as fixture.modify({"VpcId": value}, current, {})
		rule.undetermined == {{
			"reason": $"{value} stands for something that is not known yet, so VpcId may change",
			"missing": ["/request/VpcId"],
		}} with input as fixture.modify({"VpcId": value}, current, {})
	}
	expression := {"ServiceName": "com.amazonaws.${var.region}.sqs"}
	rule.deny == set() with input as fixture.modify(expression, current, {})
}

test_a_value_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether something that cannot change would change is not known yet",
		"missing": ["/request/ServiceName"],
	}} with input as fixture.unknown(fixture.modify({}, current, {}), ["ServiceName"])
}

test_a_create_has_nothing_to_change if rule.deny == set() with input as fixture.interface({})

test_a_selector_of_another_kind_is_denied if {
	rule.deny == {{
		"message": concat(" ", [
			"ServiceNetworkArn cannot be given to an endpoint",
			"that leads to ServiceName \"com.amazonaws.us-east-1.sqs\"",
		]),
		"path": "/request/ServiceNetworkArn",
	}} with input as fixture.modify({"ServiceNetworkArn": "arn:sn"}, current, {})
}

test_a_value_that_is_not_told_of_the_current_endpoint_is_undetermined if {
	proposal := fixture.modify({"ServiceRegion": "us-east-1"}, current, {})
	rule.deny == set() with input as proposal
	rule.undetermined == {{
		"reason": "which ServiceRegion the endpoint has now is not known",
		"missing": ["/current/ServiceRegion"],
	}} with input as proposal
}

test_a_present_value_that_says_nothing_is_no_other_value if {
	bare := object.union(current, {"ServiceRegion": ""})
	rule.deny == set() with input as fixture.modify({"ServiceRegion": "us-east-1"}, bare, {})
}

test_a_present_value_that_stands_for_an_id_may_be_the_same if {
	told := {"VpcId": "aws_vpc.main", "ServiceName": "com.amazonaws.us-east-1.sqs"}
	rule.deny == set() with input as fixture.modify({"VpcId": "vpc-1"}, told, {})
	rule.undetermined == {{
		"reason": "aws_vpc.main stands for something that is not known yet, so VpcId may change",
		"missing": ["/request/VpcId"],
	}} with input as fixture.modify({"VpcId": "vpc-1"}, told, {})
	rule.undetermined == set() with input as fixture.modify({"VpcId": "aws_vpc.main"}, told, {})
}

test_of_an_unknown_endpoint_no_single_value_is_asked_for if {
	nothing := json.remove(fixture.modify({"VpcId": "vpc-1"}, {}, {}), ["/current"])
	{u.missing | some u in rule.undetermined} == {["/current"]} with input as nothing
}
