package vpce.rules.common.vpc_named_test

import data.vpce.rules.common.vpc_named as rule
import data.vpce.testing.fixture

test_the_vpc_of_the_context_passes if {
	rule.deny == set() with input as fixture.interface({})
	rule.undetermined == set() with input as fixture.interface({})
}

test_no_vpc_is_denied if {
	expected := {{"message": "no VPC is given", "path": "/request/VpcId"}}
	rule.deny == expected with input as fixture.interface({"VpcId": ""})
	rule.deny == expected with input as fixture.interface({"VpcId": null})
	rule.deny == expected with input as json.remove(fixture.interface({}), ["/request/VpcId"])
}

test_ids_have_8_or_17_digits if {
	every id in ["vpc-0a00001", "vpc-0a0000012", "vpc-0A000001", "vpc-0123456789abcdef01", "xvpc-0a000001"] {
		message := $"{id} is not a VPC id: vpc- and 8 or 17 hexadecimal digits"
		message in {d.message | some d in rule.deny} with input as fixture.interface({"VpcId": id})
	}
	long := {"VpcId": "vpc-0123456789abcdef0"}
	rule.deny == set() with input as object.union(fixture.interface(long), {"context": {"Vpc": long}})
}

test_what_stands_for_a_vpc_is_undetermined if {
	every text in ["aws_vpc.main", "${aws_vpc.main.id}"] {
		proposal := fixture.interface({"VpcId": text})
		rule.deny == set() with input as proposal
		rule.undetermined == {{
			"reason": $"{text} stands for a VPC that is not known yet",
			"missing": ["/request/VpcId"],
		}} with input as proposal
	}
}

test_another_vpc_than_that_of_the_context_is_denied if {
	rule.deny == {{
		"message": "the request names vpc-0f000009, but the context is about vpc-0a000001",
		"path": "/request/VpcId",
	}} with input as fixture.interface({"VpcId": "vpc-0f000009"})
}

test_what_is_not_known_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether vpc-0a000001 exists is not known",
		"missing": ["/context/Vpc"],
	}} with input as fixture.without(fixture.interface({}), "Vpc")
	rule.undetermined == set() with input as fixture.without(fixture.interface({"VpcId": ""}), "Vpc")
	hidden := fixture.unknown(fixture.interface({}), ["VpcId"])
	rule.deny == set() with input as hidden
	rule.undetermined == {{
		"reason": "which VPC the endpoint gets into is not known yet",
		"missing": ["/request/VpcId"],
	}} with input as hidden
}

test_a_vpc_of_the_same_document_has_a_name if {
	every name in ["main", "aws_vpc.main"] {
		proposal := object.union(fixture.interface({"VpcId": name}), {"context": {"Vpc": {"VpcId": name}}})
		rule.deny == set() with input as proposal
		rule.undetermined == set() with input as proposal
	}
}

test_a_context_about_a_vpc_known_later_may_be_about_this_one if {
	later := {"context": {"Vpc": {"VpcId": "aws_vpc.main"}}}
	rule.deny == set() with input as object.union(fixture.interface({}), later)
}

test_a_modify_gets_into_no_vpc if {
	rule.undetermined == set() with input as fixture.modify({"VpcId": "aws_vpc.main"}, {}, {})
}
