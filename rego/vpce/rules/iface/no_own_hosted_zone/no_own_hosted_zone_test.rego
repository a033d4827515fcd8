package vpce.rules.iface.no_own_hosted_zone_test

import data.vpce.rules.iface.no_own_hosted_zone as rule
import data.vpce.testing.fixture

details := [{
	"ServiceName": "com.amazonaws.us-east-1.sqs",
	"ServiceType": [{"ServiceType": "Interface"}],
	"PrivateDnsName": "sqs.us-east-1.amazonaws.com",
}]

zone := {"Name": "sqs.us-east-1.amazonaws.com."}

beside(members, zones) := object.union(
	fixture.interface(members),
	{"context": {"ServiceDetails": details, "PrivateHostedZones": zones}},
)

with_vpc(id) := object.union(zone, {"VPCs": [{"VPCId": id, "VPCRegion": "us-east-1"}]})

clash := {{
	"message": concat(" ", [
		"the private hosted zone sqs.us-east-1.amazonaws.com. of the VPC overlaps",
		"the private DNS name sqs.us-east-1.amazonaws.com of the endpoint",
	]),
	"path": "/request/PrivateDnsEnabled",
}}

silent(proposal) if {
	rule.deny == set() with input as proposal
	rule.undetermined == set() with input as proposal
}

test_no_zone_is_no_clash if silent(beside({}, []))

test_a_zone_of_the_same_domain_clashes if {
	rule.deny == clash with input as beside({}, [zone])
	rule.deny == clash with input as beside({}, [with_vpc("vpc-0a000001")])
	rule.deny == clash with input as beside({}, [object.union(zone, {"VPCs": null})])
	rule.undetermined == set() with input as beside({}, [zone])
}

test_spelling_does_not_matter if {
	count(rule.deny) == 1 with input as beside({}, [{"Name": "SQS.us-east-1.amazonaws.com"}])
}

test_a_zone_of_a_parent_or_child_domain_is_no_clash if {
	silent(beside({}, [{"Name": "us-east-1.amazonaws.com."}]))
	silent(beside({}, [{"Name": "queue.sqs.us-east-1.amazonaws.com."}]))
}

test_the_zone_of_a_wildcard_name_is_its_bare_domain if {
	wild := object.union(details[0], {"PrivateDnsName": "*.sqs.us-east-1.amazonaws.com"})
	proposal := object.union(beside({}, [zone]), {"context": {"ServiceDetails": [wild]}})
	count(rule.deny) == 1 with input as proposal
}

test_a_zone_of_other_vpcs_or_of_aws_is_no_clash if {
	silent(beside({}, [with_vpc("vpc-0f000009")]))
	silent(beside({}, [object.union(zone, {"VPCs": []})]))
	silent(beside({}, [object.union(zone, {"Owner": {"OwningService": "vpce.amazonaws.com"}})]))
	rule.deny == clash with input as beside({}, [object.union(zone, {"Owner": {"OwningAccount": "111122223333"}})])
}

test_without_private_dns_there_is_no_clash if {
	silent(beside({"PrivateDnsEnabled": false}, [zone]))
	silent(fixture.interface({"PrivateDnsEnabled": false}))
}

test_a_delete_never_clashes if {
	silent(object.union(beside({}, [zone]), {"operation": "delete"}))
	silent(object.union(fixture.interface({}), {"operation": "delete"}))
	silent(object.union(fixture.unknown(beside({}, [zone]), ["PrivateDnsEnabled"]), {"operation": "delete"}))
}

test_without_zones_it_is_undetermined if {
	reason := "the private hosted zones of the VPC are not known"
	expected := {{"reason": reason, "missing": ["/context/PrivateHostedZones"]}}
	rule.undetermined == expected with input as fixture.interface({})
	rule.undetermined == expected with input as fixture.unknown(fixture.interface({}), ["PrivateDnsEnabled"])
}

later(member) := {{
	"reason": "whether private DNS would clash with the hosted zone sqs.us-east-1.amazonaws.com. is not known yet",
	"missing": [$"/request/{member}"],
}}

test_values_known_later_matter_only_beside_such_a_zone if {
	here := beside({}, [with_vpc("vpc-0a000001")])
	rule.undetermined == later("PrivateDnsEnabled") with input as fixture.unknown(here, ["PrivateDnsEnabled"])
	rule.undetermined == later("VpcId") with input as fixture.unknown(here, ["VpcId"])
	rule.undetermined == later("ServiceName") with input as fixture.unknown(here, ["ServiceName"])
	silent(fixture.unknown(beside({}, [{"Name": "example.com."}]), ["PrivateDnsEnabled"]))
	silent(fixture.unknown(beside({}, [with_vpc("vpc-0f000009")]), ["PrivateDnsEnabled"]))
	aws := object.union(zone, {"Owner": {"OwningService": "vpce.amazonaws.com"}})
	silent(fixture.unknown(beside({}, [aws]), ["PrivateDnsEnabled"]))
}

test_unknown_names_are_undetermined_beside_a_zone if {
	unnamed := {"ServiceName": "com.amazonaws.us-east-1.nobody-knows"}
	rule.undetermined == {{
		"reason": concat(" ", [
			"the private DNS names of com.amazonaws.us-east-1.nobody-knows are not known,",
			"so they cannot be compared with the hosted zones",
		]),
		"missing": ["/context/ServiceDetails"],
	}} with input as beside(unnamed, [zone])
	silent(beside(unnamed, []))
	silent(beside(unnamed, [with_vpc("vpc-0f000009")]))
}

test_a_zone_for_another_host_of_the_api_clashes_too if {
	dual := beside({}, [object.union(zone, {"Name": "sqs.us-east-1.api.aws."})])
	{violation.path | some violation in rule.deny} == {"/request/PrivateDnsEnabled"} with input as dual
}
