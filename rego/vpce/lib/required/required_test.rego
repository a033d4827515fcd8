package vpce.lib.required_test

import data.vpce.lib.required
import data.vpce.testing.fixture

org(entry) := {"environment": "prod", "required_endpoints": [object.union({"services": ["ssm"]}, entry)]}

test_every_member_that_is_given_has_to_agree if {
	tags := [{"op": "add", "path": "context/Vpc/Tags", "value": [{"Key": "Tier", "Value": "app"}]}]
	proposal := json.patch(fixture.interface({}), tags)
	cases := [
		[{}, {"ssm"}],
		[{"envs": ["prod"]}, {"ssm"}],
		[{"envs": ["dev"]}, set()],
		[{"vpcs": ["vpc-0a000001"]}, {"ssm"}],
		[{"vpcs": ["vpc-0b00000b"]}, set()],
		[{"vpc_tags": {"Tier": "app"}}, {"ssm"}],
		[{"vpc_tags": {"Tier": "db"}}, set()],
		[{"vpc_tags": {"Tier": "app"}, "envs": ["dev"]}, set()],
	]
	every case in cases {
		required.services == case[1] with input as proposal with data.org as org(case[0])
		required.unclear == set() with input as proposal with data.org as org(case[0])
	}
}

test_the_tags_of_another_vpc_tell_nothing if {
	proposal := fixture.interface({"VpcId": "vpc-0b00000b"})
	entry := {"vpc_tags": {"Tier": "app"}}
	required.services == set() with input as proposal with data.org as org(entry)
	missing := {m | some one in required.unclear; some m in one.missing} with input as proposal with data.org as org(entry)
	missing == {"/context/Vpc/Tags"}
}

test_a_vpc_that_is_to_come_is_not_known if {
	entry := {"vpcs": ["vpc-0a000001"]}
	every id in [null, "{{VpcId}}"] {
		proposal := fixture.interface({"VpcId": id})
		required.services == set() with input as proposal with data.org as org(entry)
		count(required.unclear) == 1 with input as proposal with data.org as org(entry)
	}
	proposal := {"operation": "delete", "current": {"ServiceName": "com.amazonaws.us-east-1.ssm"}, "endpoint": {}}
	some untold in required.unclear with input as proposal with data.org as org(entry)
	untold.missing == ["/current/VpcId"]
}

test_names_are_parts_whole_names_or_fips_variants if {
	required.serves("com.amazonaws.us-east-1.ecr.api", "ecr.api")
	required.serves("com.amazonaws.us-east-1.iot-fips.api", "iot.api")
	required.serves("com.amazonaws.vpce.us-east-1.vpce-svc-0a", "com.amazonaws.vpce.us-east-1.vpce-svc-0a")
	not required.serves("com.amazonaws.us-east-1.ecr.dkr", "ecr.api")
}

test_an_endpoint_that_leads_to_no_service_hides_none if {
	proposal := object.union(fixture.interface({}), {"peers": [
		{"VpcId": "vpc-0a000001", "VpcEndpointType": "Resource"},
		{"VpcId": "vpc-0a000001", "VpcEndpointType": "Interface", "ServiceName": "com.amazonaws.us-east-1.ssm"},
	]})
	required.others_known with input as proposal
	required.served_by_others({"ssm", "kms"}) == {"ssm"} with input as proposal
	hidden := object.union(proposal, {"peers": [{"VpcId": "vpc-0a000001", "VpcEndpointType": "Interface"}]})
	not required.others_known with input as hidden
}
