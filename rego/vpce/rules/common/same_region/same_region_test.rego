package vpce.rules.common.same_region_test

import data.vpce.rules.common.same_region as rule
import data.vpce.testing.fixture

in_region(region, request) := object.union(fixture.interface(request), {"context": {"Region": region}})

kms := {"ServiceName": "com.amazonaws.us-west-2.kms"}

test_a_service_of_the_region_passes if {
	rule.deny == set() with input as fixture.interface({})
	rule.undetermined == set() with input as fixture.interface({})
}

test_a_service_of_another_region_is_denied if {
	rule.deny == {{
		"message": "com.amazonaws.us-west-2.kms is in us-west-2, but the VPC is in us-east-1",
		"path": "/request/ServiceName",
		"fix": [{"op": "replace", "path": "/request/ServiceName", "value": "com.amazonaws.us-east-1.kms"}],
	}} with input as fixture.interface(kms)
}

test_cross_region_can_be_asked_for_today if {
	proposal := fixture.interface(object.union(kms, {"ServiceRegion": "us-west-2"}))
	rule.deny == set() with input as proposal
	before := fixture.in_2023(proposal)
	{d.path | some d in rule.deny} == {"/request/ServiceName", "/request/ServiceRegion"} with input as before
}

test_a_service_region_that_contradicts_the_name_is_denied if {
	rule.deny == {{
		"message": "ServiceRegion is eu-west-1, but com.amazonaws.us-east-1.sqs is in us-east-1",
		"path": "/request/ServiceRegion",
	}} with input as fixture.interface({"ServiceRegion": "eu-west-1"})
}

test_a_gateway_endpoint_stays_in_its_region if {
	rule.deny == {{
		"message": "ServiceRegion eu-west-1 is not the Region of the VPC (us-east-1), which this endpoint cannot leave",
		"path": "/request/ServiceRegion",
	}} with input as fixture.gateway({"ServiceRegion": "eu-west-1"})
}

test_a_global_service_is_where_it_is_homed if {
	rule.deny == set() with input as in_region("us-east-1", {"ServiceName": "com.amazonaws.iam"})
	{d.path | some d in rule.deny} == {"/request/ServiceName"} with input as in_region(
		"eu-west-1",
		{"ServiceName": "com.amazonaws.iam"},
	)
	rule.deny == set() with input as in_region("eu-west-1", {"ServiceName": "com.amazonaws.s3-global.accesspoint"})
}

test_what_aws_lists_tells_where_a_name_without_region_is if {
	listed := [{"ServiceName": "com.amazonaws.iam", "ServiceRegion": "eu-west-1"}]
	proposal := object.union(
		in_region("eu-west-1", {"ServiceName": "com.amazonaws.iam"}),
		{"context": {"ServiceDetails": listed}},
	)
	rule.deny == set() with input as proposal
}

test_without_region_it_is_undetermined if {
	rule.undetermined == {{
		"reason": "the Region of the VPC is not known",
		"missing": ["/context/Region"],
	}} with input as fixture.without(fixture.interface({}), "Region")
}

test_a_service_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "which service of which Region the endpoint leads to is not known yet",
		"missing": ["/request/ServiceName"],
	}} with input as fixture.unknown(fixture.interface({}), ["ServiceName"])
}

test_a_service_region_known_later_may_ask_for_cross_region if {
	hidden := fixture.unknown(fixture.interface(kms), ["ServiceRegion"])
	rule.deny == set() with input as hidden
	{m | some u in rule.undetermined; some m in u.missing} == {"/request/ServiceRegion"} with input as hidden
	{d.path | some d in rule.deny} == {"/request/ServiceName"} with input as fixture.in_2023(hidden)
}

test_a_type_known_later_may_be_one_that_crosses if {
	proposal := fixture.interface(object.union(kms, {"ServiceRegion": "us-west-2"}))
	hidden := fixture.unknown(proposal, ["VpcEndpointType"])
	rule.deny == set() with input as hidden
	{m | some u in rule.undetermined; some m in u.missing} == {"/request/VpcEndpointType"} with input as hidden
}

test_one_of_several_listed_regions_is_enough if {
	name := "com.amazonaws.s3-global.accesspoint"
	listed := [{"ServiceName": name, "ServiceRegion": region} | some region in ["us-east-1", "us-west-2"]]
	proposal := object.union(fixture.interface({"ServiceName": name}), {"context": {"ServiceDetails": listed}})
	rule.deny == set() with input as proposal
	rule.deny == {{
		"message": $"{name} is in us-east-1 and us-west-2, but the VPC is in eu-west-1",
		"path": "/request/ServiceName",
	}} with input as object.union(proposal, {"context": {"Region": "eu-west-1"}})
}

test_a_name_of_no_known_form_that_aws_does_not_list_is_undetermined if {
	rule.undetermined == {{
		"reason": "the Region of com.amazonaws.newglobal is not known, and its name does not say it",
		"missing": ["/context/ServiceDetails"],
	}} with input as fixture.interface({"ServiceName": "com.amazonaws.newglobal"})
}

test_a_region_that_is_no_text_is_not_told if {
	proposal := object.union(fixture.interface(kms), {"context": {"Region": null}})
	rule.deny == set() with input as proposal
	{m | some u in rule.undetermined; some m in u.missing} == {"/context/Region"} with input as proposal
}

test_the_region_of_the_stack_is_that_of_the_vpc if {
	named := fixture.interface({"ServiceName": "com.amazonaws.${AWS::Region}.sqs"})
	rule.deny == set() with input as named
	rule.undetermined == set() with input as json.remove(named, ["/context/Region"])
	another := object.union(named, {"request": {"ServiceRegion": "us-west-2"}})
	rule.deny == set() with input as another
	count(rule.undetermined) == 1 with input as json.remove(another, ["/context/Region"])
	hidden := fixture.unknown(json.remove(named, ["/context/Region"]), ["ServiceRegion"])
	count(rule.undetermined) == 2 with input as hidden
}

test_a_region_that_may_be_any_is_not_denied if {
	rule.deny == set() with input as fixture.interface({"ServiceName": "com.amazonaws.{{Region}}.sqs"})
}

listing(proposal, name, region) := object.union(
	proposal,
	{"context": {"ServiceDetails": [{"ServiceName": name, "ServiceRegion": region}]}},
)

new := fixture.interface({"ServiceName": "com.amazonaws.newglobal"})

test_a_region_for_a_name_that_says_none_is_not_denied if {
	rule.deny == set() with input as object.union(new, {"request": {"ServiceRegion": "eu-west-1"}})
	rule.undetermined == set() with input as listing(new, "com.amazonaws.newglobal", "us-east-1")
}

test_a_modify_leads_nowhere_else if {
	rule.undetermined == set() with input as object.union(new, {"operation": "modify"})
}

test_only_what_aws_lists_of_the_service_itself_tells_its_region if {
	count(rule.undetermined) == 1 with input as listing(new, "com.amazonaws.iam", "us-east-1")
	count(rule.undetermined) == 1 with input as listing(new, "com.amazonaws.newglobal", "")
	sqs := in_region("eu-west-1", {"ServiceName": "com.amazonaws.us-east-1.sqs"})
	count(rule.deny) == 1 with input as listing(sqs, "com.amazonaws.us-east-1.sqs", "eu-west-1")
	iam := fixture.interface({"ServiceName": "com.amazonaws.iam"})
	count(rule.deny) == 1 with input as listing(iam, "com.amazonaws.iam", "eu-west-1")
	count(rule.deny) == 1 with input as fixture.interface({"ServiceName": "com.amazonaws.us-west-2.iam"})
}

test_empty_members_name_nothing if {
	rule.undetermined == set() with input as fixture.interface({"ServiceName": ""})
	rule.deny == set() with input as fixture.gateway({"ServiceRegion": ""})
}
