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
}

test_other_names_have_no_form if {
	not service.parse("sqs.us-east-1.amazonaws.com")
	not service.parse("com.amazonaws.sqs")
	not service.parse("com.amazonaws.vpce.us-east-1.sqs")
	not service.parse("")
}
