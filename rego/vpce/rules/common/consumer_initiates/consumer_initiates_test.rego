package vpce.rules.common.consumer_initiates_test

import data.vpce.rules.common.consumer_initiates as rule
import data.vpce.testing.fixture

begun_by(initiator) := object.union(fixture.interface({}), {"intent": {"initiator": initiator}})

test_connections_begun_in_the_vpc_pass if {
	rule.deny == set() with input as begun_by("consumer")
	rule.deny == set() with input as fixture.interface({})
}

test_connections_begun_by_the_service_are_not_carried if {
	rule.deny == {{
		"message": concat("", [
			"com.amazonaws.us-east-1.sqs is meant to open connections into the VPC,",
			" but an endpoint only carries those begun in the VPC",
		]),
		"path": "/request/ServiceName",
	}} with input as begun_by("provider")
}
