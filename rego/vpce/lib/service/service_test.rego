package vpce.lib.service_test

import data.vpce.lib.service

test_names_are_read_by_position_for_each_form if {
	cases := {
		"com.amazonaws.us-east-1.sqs": ["aws-regional", "sqs", "us-east-1"],
		"com.amazonaws.us-gov-east-1.ecr.api": ["aws-regional", "ecr.api", "us-gov-east-1"],
		"cn.com.amazonaws.cn-north-1.ec2": ["aws-regional", "ec2", "cn-north-1"],
		"eu.amazonaws.eusc-de-east-1.s3": ["aws-regional", "s3", "eusc-de-east-1"],
		"aws.sagemaker.us-east-1.notebook": ["aws-alt-prefix", "notebook", "us-east-1"],
		"aws.api.us-east-1.freetier": ["aws-alt-prefix", "freetier", "us-east-1"],
		"api.aws.us-east-1.cassandra-streams": ["aws-alt-prefix", "cassandra-streams", "us-east-1"],
		"gov.ic.c2s.us-iso-east-1.ec2": ["aws-regional", "ec2", "us-iso-east-1"],
		"gov.sgov.sc2s.us-isob-east-1.ec2": ["aws-regional", "ec2", "us-isob-east-1"],
		"gov.ic.hci.csp.us-isof-south-1.ecr.api": ["aws-regional", "ecr.api", "us-isof-south-1"],
		"uk.adc-e.cloud.eu-isoe-west-1.ecr.dkr": ["aws-regional", "ecr.dkr", "eu-isoe-west-1"],
		"com.amazonaws.vpce.us-east-1.vpce-svc-0a1": ["endpoint-service", "vpce-svc-0a1", "us-east-1"],
	}
	every name, expected in cases {
		parsed := service.parse(name)
		[parsed.form, parsed.service, parsed.region] == expected
	}
}

test_global_names_have_no_region if {
	service.parse("com.amazonaws.s3-global.accesspoint") == {"form": "aws-global", "service": "s3-global.accesspoint"}
	service.parse("com.amazonaws.iam") == {"form": "aws-global", "service": "iam"}
	service.parse("com.amazonaws.savingsplans") == {"form": "aws-global", "service": "savingsplans"}
	service.parse("com.amazonaws.cloudfront") == {"form": "aws-global", "service": "cloudfront"}
	service.parse("aws.api.global.codecatalyst") == {"form": "aws-global", "service": "codecatalyst"}
}

test_other_names_have_no_form if {
	not service.parse("sqs.us-east-1.amazonaws.com")
	not service.parse("com.amazonaws.sqs")
	not service.parse("com.amazonaws.us-east-1.sqs.")
	not service.parse("com.amazonaws.us-east-1.")
	not service.parse("com.amazonaws.vpce.us-east-1.sqs")
	not service.parse("aws.us-east-1.freetier")
	not service.parse("api.aws.us-east-1")
	not service.parse("aws.api.global.codecatalyst.git")
	not service.parse("amazon.api.us-east-1.freetier")
	not service.parse("")
}

sqs := {"ServiceName": "com.amazonaws.us-east-1.sqs", "ServiceType": [{"ServiceType": "Interface"}]}

catalogue := {
	"partitions": {"aws": {"dns_suffix": "amazonaws.com"}, "aws-cn": {"dns_suffix": "amazonaws.com.cn"}},
	"services": {
		"s3": {
			"types": ["Gateway", "Interface"],
			"policy": true,
			"private_dns": ["s3.{region}.{suffix}"],
			"ip": ["ipv4"],
			"cross_region": true,
		},
		"dynamodb": {"types": ["Gateway", "Interface"], "private_dns": []},
	},
}

asking(service_name, details) := {
	"endpoint": {"VpcEndpointType": "Interface", "ServiceName": service_name},
	"context": {"Region": "us-east-1", "ServiceDetails": details},
}

test_details_of_the_context_win_over_the_catalogue if {
	told := object.union(sqs, {
		"ServiceName": "com.amazonaws.us-east-1.s3",
		"VpcEndpointPolicySupported": false,
		"PrivateDnsName": "s3.told",
		"PrivateDnsNames": [{"PrivateDnsName": "*.s3.told"}],
		"SupportedIpAddressTypes": ["ipv6"],
	})
	proposal := asking("com.amazonaws.us-east-1.s3", [told])
	service.types == {"Interface"} with input as proposal with data.vpce.services as catalogue
	service.policy_supported == false with input as proposal with data.vpce.services as catalogue
	service.private_dns_names == {"s3.told", "*.s3.told"} with input as proposal with data.vpce.services as catalogue
	service.ip_address_types == {"ipv6"} with input as proposal with data.vpce.services as catalogue
}

test_the_catalogue_tells_where_the_context_does_not if {
	proposal := asking("com.amazonaws.us-east-1.s3", [])
	service.types == {"Gateway", "Interface"} with input as proposal with data.vpce.services as catalogue
	service.policy_supported == true with input as proposal with data.vpce.services as catalogue
	service.private_dns_names == {"s3.us-east-1.amazonaws.com"} with input as proposal with data.vpce.services as catalogue
	service.ip_address_types == {"ipv4"} with input as proposal with data.vpce.services as catalogue
	service.cross_region == true with input as proposal with data.vpce.services as catalogue
	china := asking("cn.com.amazonaws.cn-north-1.s3", [])
	chinese := {"s3.cn-north-1.amazonaws.com.cn"}
	service.private_dns_names == chinese with input as china with data.vpce.services as catalogue
}

told_of := {
	"partitions": catalogue.partitions,
	"services": {
		"athena": {"types": ["Interface"], "partitions": ["aws", "aws-iso-b"]},
		"iam": {"types": ["Interface"], "partitions": ["aws"]},
	},
}

test_the_catalogue_tells_nothing_of_partitions_it_does_not_name if {
	regions := {
		"us-east-1": "aws",
		"eu-west-1": "aws",
		"cn-north-1": "aws-cn",
		"eusc-de-east-1": "aws-eusc",
		"us-gov-east-1": "aws-us-gov",
		"us-iso-east-1": "aws-iso",
		"us-isob-east-1": "aws-iso-b",
		"eu-isoe-west-1": "aws-iso-e",
		"us-isof-south-1": "aws-iso-f",
	}
	told := {region |
		some region, _ in regions
		proposal := asking($"com.amazonaws.{region}.athena", [])
		service.types == {"Interface"} with input as proposal with data.vpce.services as told_of
	}
	told == {"us-east-1", "eu-west-1", "us-isob-east-1"}
	every region, partition in regions {
		only := {"services": {"athena": {"types": ["Interface"], "partitions": [partition]}}}
		proposal := asking($"com.amazonaws.{region}.athena", [])
		service.types == {"Interface"} with input as proposal with data.vpce.services as only
	}
}

test_the_partition_of_a_global_name_is_that_of_the_vpc if {
	here := asking("com.amazonaws.iam", [])
	service.types == {"Interface"} with input as here with data.vpce.services as told_of
	china := object.union(here, {"context": {"Region": "cn-north-1"}})
	not service.types with input as china with data.vpce.services as told_of
}

test_nobody_knows_a_service_in_neither if {
	proposal := asking("com.amazonaws.us-east-1.nonesuch", [])
	not service.types with input as proposal with data.vpce.services as catalogue
	not service.policy_supported with input as proposal with data.vpce.services as catalogue
	not service.private_dns_names with input as proposal with data.vpce.services as catalogue
	not service.ip_address_types with input as proposal with data.vpce.services as catalogue
	not service.cross_region with input as proposal with data.vpce.services as catalogue
}

test_a_service_listed_without_a_private_name_has_none if {
	service.private_dns_names == set() with input as asking("com.amazonaws.us-east-1.sqs", [sqs])
		with data.vpce.services as catalogue
}

test_details_of_another_region_are_left_out if {
	elsewhere := object.union(sqs, {"ServiceRegion": "us-west-2"})
	service.details == [] with input as asking("com.amazonaws.us-east-1.sqs", [elsewhere])
	service.details == [sqs] with input as asking("com.amazonaws.us-east-1.sqs", [elsewhere, sqs])
}

test_a_service_region_of_its_own_crosses_regions if {
	proposal := asking("com.amazonaws.us-west-2.kms", [])
	service.crosses_regions == false with input as proposal
	service.crosses_regions == true with input as object.union(proposal, {"endpoint": {"ServiceRegion": "us-west-2"}})
}

cells := {
	"partitions": {"aws": {"dns_suffix": "amazonaws.com"}, "aws-cn": {"dns_suffix": "amazonaws.com.cn"}},
	"services": {
		"sqs": {"private_dns": ["sqs.{region}.{suffix}"], "hosts": ["sqs.{region}.api.aws"]},
		"iot.data": {"private_dns": [], "hosts": ["data.iot.{region}.api.aws"]},
		"iam": {"private_dns": ["iam.{suffix}"]},
		"transfer.server": {"cells": true},
		"dsql": {},
		"dsql-": {"cells": true},
		"email-smtp": {},
	},
}

test_hosts_of_the_api_are_known_beside_private_names if {
	both := {"sqs.us-east-1.amazonaws.com", "sqs.us-east-1.api.aws"}
	service.api_hosts == both with input as asking("com.amazonaws.us-east-1.sqs", []) with data.vpce.services as cells
	none := asking("com.amazonaws.us-east-1.iot.data", [])
	service.api_hosts == set() with input as none with data.vpce.services as cells
	global := {"iam.amazonaws.com"}
	service.api_hosts == global with input as asking("com.amazonaws.iam", []) with data.vpce.services as cells
	chinese := {"sqs.cn-north-1.amazonaws.com.cn"}
	china := asking("cn.com.amazonaws.cn-north-1.sqs", [])
	service.api_hosts == chinese with input as china with data.vpce.services as cells
}

test_numbered_names_stand_for_the_one_without_a_number if {
	numbered := asking("com.amazonaws.us-east-1.transfer.server.c-0001", [])
	service.catalogue_name == "transfer.server" with input as numbered with data.vpce.services as cells
	service.entry == {"cells": true} with input as numbered with data.vpce.services as cells
	of_one := asking("com.amazonaws.us-east-1.dsql-fnh4", [])
	service.catalogue_name == "dsql-" with input as of_one with data.vpce.services as cells
	twice := asking("com.amazonaws.us-east-1.dsql-fnh4-fips", [])
	not service.entry with input as twice with data.vpce.services as cells
	for_all := asking("com.amazonaws.us-east-1.dsql", [])
	service.catalogue_name == "dsql" with input as for_all with data.vpce.services as cells
	other := asking("com.amazonaws.us-east-1.email-smtp1", [])
	service.catalogue_name == "email-smtp1" with input as other with data.vpce.services as cells
	not service.entry with input as other with data.vpce.services as cells
	own := asking("com.amazonaws.vpce.us-east-1.vpce-svc-0a1", [])
	not service.catalogue_name with input as own with data.vpce.services as cells
}

test_an_expression_may_stand_for_the_region if {
	service.parse("com.amazonaws.${AWS::Region}.ecr.api") == {
		"form": "aws-regional",
		"service": "ecr.api",
		"region": "${AWS::Region}",
	}
	service.parse("aws.api.{{Region}}.freetier").service == "freetier"
	not service.parse("com.amazonaws.us-east-1.{{Service}}")
	not service.parse("aws.api.us-east-1.{{Service}}")
	not service.parse("com.amazonaws.${AWS::Region}x.sqs")
}

test_the_prefix_tells_the_partition_where_the_region_is_not_known if {
	service.partition == "aws-cn" with input as {"endpoint": {"ServiceName": "cn.com.amazonaws.${AWS::Region}.sqs"}}
	service.partition == "aws" with input as {"endpoint": {"ServiceName": "com.amazonaws.${AWS::Region}.sqs"}}
	service.partition == "aws" with input as {"endpoint": {"ServiceName": "cn.com.amazonaws.us-east-1.sqs"}}
}

test_what_the_document_makes_is_an_endpoint_service if {
	every name, region in {
		"com.amazonaws.vpce.eu-west-1.${Service}": "eu-west-1",
		"com.amazonaws.vpce.${AWS::Region}.${Service}": "${AWS::Region}",
		"com.amazonaws.vpce.{{Region}}.${module.a[\"x.y\"].aws_vpc_endpoint_service.own}": "{{Region}}",
	} {
		parsed := service.parse(name)
		[parsed.form, parsed.region] == ["endpoint-service", region]
		startswith(parsed.service, "${")
	}
	every name in [
		"com.amazonaws.vpce.eu-west-1.{{Parameter}}",
		"com.amazonaws.vpce.somewhere.${Service}",
		"com.amazonaws.vpce.eu-west-1.${Service}.more",
		"com.amazonaws.eu-west-1.${Service}",
	] {
		not service.parse(name)
	}
}

of_s3(details) := {
	"endpoint": {"ServiceName": "com.amazonaws.us-east-1.s3", "VpcEndpointType": "Gateway"},
	"context": {"Region": "us-east-1", "ServiceDetails": [object.union(
		{"ServiceName": "com.amazonaws.us-east-1.s3", "ServiceType": [{"ServiceType": "Interface"}]},
		details,
	)]},
}

test_whoever_tells_of_one_type_leaves_the_others_to_the_catalogue if {
	service.types == {"Interface"} with input as of_s3({})
	service.types == {"Gateway", "Interface"} with input as of_s3({"without_other_types": true})
}
