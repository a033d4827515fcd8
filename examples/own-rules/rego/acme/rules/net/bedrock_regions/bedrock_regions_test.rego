package acme.rules.net.bedrock_regions_test

import data.acme.rules.net.bedrock_regions as rule
import data.vpce.testing.fixture

_org := {"x-acme": {"bedrock_regions": ["eu-central-1", "eu-west-1"]}}

_bedrock(region) := fixture.interface({"ServiceName": $"com.amazonaws.{region}.bedrock-runtime"})

test_another_region_is_denied if {
	rule.deny == {{
		"message": "Bedrock of us-east-1 is used; we use that of eu-central-1, eu-west-1",
		"path": "/request/ServiceName",
	}} with input as _bedrock("us-east-1") with data.org as _org
}

test_an_agreed_region_passes if rule.deny == set() with input as _bedrock("eu-west-1") with data.org as _org

test_without_org_data_nothing_is_said if rule.deny == set() with input as _bedrock("us-east-1")
