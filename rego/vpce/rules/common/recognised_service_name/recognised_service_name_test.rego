package vpce.rules.common.recognised_service_name_test

import data.vpce.rules.common.recognised_service_name as rule
import data.vpce.testing.fixture

named(name) := fixture.interface({"ServiceName": name})

test_known_forms_pass if {
	every name in [
		"com.amazonaws.us-east-1.ecr.api",
		"com.amazonaws.s3-global.accesspoint",
		"com.amazonaws.iam",
		"aws.sagemaker.us-east-1.notebook",
		"com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001",
		"com.amazonaws.cn-north-1.transcribe.cn",
		"",
	] {
		rule.deny == set() with input as named(name)
	}
	rule.undetermined == set() with input as named("com.amazonaws.iam")
}

test_other_forms_are_told if {
	every name in ["sqs.us-east-1.amazonaws.com", "com.amazonaws.us-east-1.", "com.amazonaws.US-EAST-1.sqs", "sqs"] {
		rule.deny == {{
			"message": $"{name} has none of the forms service names have",
			"path": "/request/ServiceName",
		}} with input as named(name)
	}
}

test_what_aws_lists_is_a_name if {
	listed := {"context": {"ServiceDetails": [{"ServiceName": "new.form.of.aws"}]}}
	rule.deny == set() with input as object.union(named("new.form.of.aws"), listed)
	count(rule.deny) == 1 with input as object.union(named("another.form.of.aws"), listed)
}

test_a_name_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "what the service is called is not known yet",
		"missing": ["/request/ServiceName"],
	}} with input as fixture.unknown(fixture.interface({}), ["ServiceName"])
}
