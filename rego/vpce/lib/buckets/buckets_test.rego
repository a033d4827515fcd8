package vpce.lib.buckets_test

import data.vpce.lib.buckets
import data.vpce.testing.fixture

called(workload, region) := {asked.name | some asked in buckets.asked_by(workload, region)}

test_an_endpoint_shows_the_workload_of_its_service if {
	buckets.shown_by("ecr.dkr") == "ecr"
	buckets.shown_by("cloudformation-fips") == "cloudformation"
	not buckets.shown_by("sqs")
}

test_a_resource_shows_the_workload_of_its_type if {
	buckets.shown_by_type("AWS::EKS::Nodegroup") == "ecr"
	buckets.shown_by_type("AWS::EMR::Cluster") == "emr"
	not buckets.shown_by_type("AWS::Lambda::Function")
}

test_names_are_those_of_the_region if {
	buckets.asked_by("ecr", "us-east-1") == {{
		"name": "prod-us-east-1-starport-layer-bucket",
		"start": "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/",
		"action": "s3:GetObject",
		"caller": "aws",
	}}
	called("cloudformation", "us-west-2") == {
		"cloudformation-custom-resource-response-uswest2",
		"cloudformation-waitcondition-us-west-2",
	}
	"patch-baseline-snapshot-me-south-1-uduvl7q8" in called("ssm", "me-south-1")
	"patch-baseline-snapshot-eu-west-1" in called("ssm", "eu-west-1")
	"aws-patch-manager-us-east-1-1970c647d" in called("ssm", "us-east-1")
}

test_a_name_that_is_not_documented_is_not_guessed if {
	called("ssm", "mx-central-1") == {
		"amazon-ssm-mx-central-1",
		"aws-ssm-mx-central-1",
		"patch-baseline-snapshot-mx-central-1",
	}
	called("codeartifact", "sa-east-1") == set()
	called("ecr", "cn-north-1") == set()
	{asked.start | some asked in buckets.asked_by("ecr", "us-gov-west-1")} == {concat("", [
		"arn:aws-us-gov:s3:::",
		"prod-us-gov-west-1-starport-layer-bucket/",
	])}
}

test_some_buckets_are_in_some_regions_only if {
	called("ssm-distributor", "af-south-1") == {
		"aws-ssm-distributor-file-af-south-1",
		"aws-ssm-document-attachments-af-south-1",
	}
	called("ssm-distributor", "eu-west-1") == {"eu-west-1-birdwatcher-prod", "aws-ssm-document-attachments-eu-west-1"}
}

test_some_need_a_part_of_a_bucket if {
	"arn:aws:s3:::ec2imagebuilder-managed-resources-us-east-1-prod/components/" in {asked.start |
		some asked in buckets.asked_by("imagebuilder", "us-east-1")
	}
}

test_each_workload_has_a_purpose_and_a_page if {
	every name, workload in data.vpce.buckets.workloads {
		is_string(buckets.purpose(name))
		startswith(buckets.page(name), "https://")
		count(workload.buckets) > 0
	}
}

test_what_a_workload_names_is_there if {
	every service, workload in data.vpce.buckets.endpoints {
		data.vpce.services.services[service]
		data.vpce.buckets.workloads[workload]
	}
	every shows in data.vpce.buckets.resources {
		data.vpce.buckets.workloads[shows.workload]
		data.vpce.buckets.sources[shows.source]
	}
	every workload in data.vpce.buckets.workloads {
		every other in object.get(workload, "one_of", []) {
			data.vpce.buckets.workloads[other]
		}
	}
}

allow(resources) := {"0": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": resources}}

shut(workload, resources) := found if {
	found := {asked.name | some asked in buckets.blocked(workload, "us-east-1", allow(resources))} with input as {}
}

linux(name) := {
	"new": "arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*",
	"old": ["arn:aws:s3:::amazonlinux.us-east-1.amazonaws.com/*", "arn:aws:s3:::amazonlinux-2-repos-us-east-1/*"],
}[name]

test_one_of_several_is_enough if {
	own := "arn:aws:s3:::repo.us-east-1.emr.amazonaws.com/*"
	shut("emr", [own, linux("new")]) == set()
	shut("emr", array.concat([own], linux("old"))) == set()
	shut("emr", [own, linux("old")[0]]) == {"al2023-repos-us-east-1-de612dc2"}
	shut("emr", [linux("new")]) == {"repo.us-east-1.emr.amazonaws.com"}
	shut("ecr", [own]) == {"prod-us-east-1-starport-layer-bucket"}
}

gateway := {"VpcEndpointId": "vpce-1", "VpcEndpointType": "Gateway", "ServiceName": "com.amazonaws.us-east-1.s3"}

interface := object.union(gateway, {"VpcEndpointType": "Interface", "PrivateDnsEnabled": true})

for_vpc(value) := {"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": value}}

test_what_the_vpc_reaches_s3_by if {
	buckets.carries(gateway)
	buckets.carries(object.union(interface, for_vpc(false)))
	not buckets.carries(object.union(interface, for_vpc(true)))
	not buckets.carries(interface)
	not buckets.carries(object.union(interface, object.union(for_vpc(false), {"PrivateDnsEnabled": false})))
}

beside(members) := object.union(
	fixture.interface({}),
	{"context": {"VpcEndpoints": [object.union(object.union(gateway, {"VpcId": "vpc-0a000001"}), members)]}},
)

test_the_ways_to_s3_are_those_of_the_vpc if {
	count(buckets.ways) == 1 with input as beside({})
	every members in [
		{"VpcId": "vpc-2"},
		{"State": "deleting"},
		{"ServiceName": "com.amazonaws.us-west-2.s3"},
		{"ServiceName": "com.amazonaws.us-east-1.dynamodb"},
		{"VpcEndpointType": "Interface"},
	] {
		count(buckets.ways) == 0 with input as beside(members)
	}
	count(buckets.ways) == 1 with input as fixture.unknown(beside({"VpcId": "vpc-2"}), ["VpcId"])
}

test_neighbours_are_called_by_what_they_show if {
	dkr := {"ServiceName": "com.amazonaws.us-east-1.ecr.dkr"}
	buckets.shown == {"ecr": {"vpce-1 (com.amazonaws.us-east-1.ecr.dkr)"}} with input as beside(dkr)
	buckets.shown == {} with input as beside({"ServiceName": "com.amazonaws.us-west-2.ecr.dkr"})
}

cluster := {"Name": "cluster", "ResourceType": "AWS::EKS::Cluster", "SubnetIds": ["subnet-1", "subnet-2"]}

within(vpc) := {"SubnetId": "subnet-2", "VpcId": vpc}

around(members) := object.union(
	fixture.interface({}),
	{"context": object.union(
		{"VpcEndpoints": [], "Workloads": [cluster], "Subnets": [within("vpc-0a000001")]},
		members,
	)},
)

test_resources_show_workloads_where_a_subnet_of_theirs_is_in_the_vpc if {
	buckets.shown == {"ecr": {"cluster (AWS::EKS::Cluster)"}} with input as around({})
	buckets.shown == {} with input as around({"Subnets": [within("vpc-2")]})
	buckets.shown == {} with input as around({"Subnets": [{"SubnetId": "subnet-2"}]})
	buckets.shown == {} with input as around({"Subnets": []})
	buckets.shown == {} with input as around({"Workloads": [object.remove(cluster, ["SubnetIds"])]})
	instance := object.union(cluster, {"ResourceType": "AWS::EC2::Instance"})
	buckets.shown == {} with input as around({"Workloads": [instance]})
}

test_resources_of_any_vpc_count_while_the_vpc_is_not_known if {
	later := fixture.unknown(around({"Subnets": [within("vpc-2")]}), ["VpcId"])
	buckets.shown == {"ecr": {"cluster (AWS::EKS::Cluster)"}} with input as later
}

test_resources_need_the_buckets_of_their_own_region if {
	elsewhere := {"ServiceName": "com.amazonaws.us-west-2.s3"}
	other := object.union(fixture.interface(elsewhere), {"context": around({}).context})
	buckets.shown == {} with input as other
	count(buckets.shown) == 1 with input as fixture.without(other, "Region")
}

test_endpoints_and_resources_are_told_together if {
	dkr := object.union(gateway, {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.ecr.dkr"})
	buckets.shown == {"ecr": {
		"cluster (AWS::EKS::Cluster)",
		"vpce-1 (com.amazonaws.us-east-1.ecr.dkr)",
	}} with input as around({"VpcEndpoints": [dkr]})
	buckets.shown_by_resources == {"ecr": {"cluster (AWS::EKS::Cluster)"}} with input as around({"VpcEndpoints": [dkr]})
}

test_the_region_is_that_of_the_service if {
	buckets.region == "us-east-1" with input as fixture.interface({})
	unnamed := fixture.interface({"ServiceName": "com.amazonaws.${AWS::Region}.s3"})
	buckets.region == "us-east-1" with input as unnamed
	not buckets.region with input as fixture.without(unnamed, "Region")
}

own := `{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:s3:::own/*"}}`

test_a_policy_is_text_or_an_object_or_not_told if {
	names := {"prod-us-east-1-starport-layer-bucket"}
	every document in [own, json.unmarshal(own)] {
		blocked := buckets.blocked_by({"PolicyDocument": document}, "ecr") with input as fixture.interface({})
		{asked.name | some asked in blocked} == names
	}
	every told in [{}, {"PolicyDocument": "{"}] {
		buckets.blocked_by(told, "ecr") == set() with input as fixture.interface({})
	}
}

test_words_of_messages if {
	asked := buckets.asked_by("cloudformation", "us-east-1")
	buckets.names(asked) == concat(" and ", [
		"cloudformation-custom-resource-response-useast1",
		"cloudformation-waitcondition-us-east-1",
	])
	buckets.opened(buckets.asked_by("ecr", "us-east-1")) == concat("", [
		"allows s3:GetObject on ",
		"arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*",
	])
}

test_names_have_patterns if {
	some_of_them := {
		"prod-*-starport-layer-bucket",
		"cloudformation-custom-resource-response-*",
		"aws-patch-manager-us-east-1-1970c647d",
		"patch-baseline-snapshot-*",
	}
	some_of_them - buckets.name_patterns == set()
	not "assets-*-*" in buckets.name_patterns
}
