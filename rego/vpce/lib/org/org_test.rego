package vpce.lib.org_test

import data.vpce.lib.org
import data.vpce.testing.fixture

test_an_entry_of_the_environment_wins_over_the_star if {
	org.for_environment({"prod": 2, "*": 1}) == 2 with data.org as {"environment": "prod"}
	org.for_environment({"prod": 2, "*": 1}) == 1 with data.org as {"environment": "dev"}
	org.for_environment({"prod": false, "*": true}) == false with data.org as {"environment": "prod"}
	not org.for_environment({"prod": 2}) with data.org as {"environment": "dev"}
}

test_an_unknown_environment_is_only_clear_where_it_makes_no_difference if {
	org.for_environment({"*": 1}) == 1 with data.org as {}
	not org.for_environment({"*": 1, "prod": 2}) with data.org as {}
	org.unclear({"*": 1, "prod": 2}) with data.org as {}
	not org.unclear({"*": 1}) with data.org as {}
	not org.unclear({"prod": 2}) with data.org as {"environment": "dev"}
}

test_something_without_environments_holds_in_all if {
	org.holds_in({}) with data.org as {}
	org.holds_in({"envs": ["prod"]}) with data.org as {"environment": "prod"}
	not org.holds_in({"envs": ["prod"]}) with data.org as {"environment": "dev"}
	not org.holds_in({"envs": ["prod"]}) with data.org as {}
	org.unclear_in({"envs": ["prod"]}) with data.org as {}
	not org.unclear_in({}) with data.org as {}
}

test_what_would_tell_the_environment_is_named if {
	org.unknown_environment.missing == ["/context/AccountId"] with input as {"context": {}}
	org.unknown_environment.missing == ["/context/Vpc/Tags"] with input as fixture.interface({})
}

test_tags_are_those_after_the_operation if {
	org.tags == {"Owner": {"net"}} with input as {"endpoint": {"Tags": [{"Key": "Owner", "Value": "net"}]}}
	org.unknown_tags == {"/request/TagSpecifications/0"} with input as {"unknown": [
		"/request/TagSpecifications/0",
		"/request/SubnetIds",
	]}
	org.now == "t" with input as {"instant": "t"}
}

test_a_member_is_where_it_is_said if {
	org.at("VpcId") == "/request/VpcId" with input as {"operation": "modify", "request": {"VpcId": "vpc-1"}, "unknown": []}
	org.at("VpcId") == "/current/VpcId" with input as {"operation": "modify", "request": {"VpcId": ""}, "unknown": []}
	org.at("VpcId") == "/request/VpcId" with input as {"operation": "create", "request": {}, "unknown": []}
	org.at("VpcId") == "/request/VpcId" with input as {
		"operation": "modify",
		"request": {},
		"unknown": ["/request/VpcId"],
	}
}

test_tags_are_known_or_it_is_told_why_not if {
	created := object.union(fixture.interface({}), {"endpoint": {"Tags": []}})
	org.known_tags == {} with input as created
	org.tags_at == "/request/TagSpecifications" with input as created
	unsure := object.union(created, {"unknown": ["/request/TagSpecifications"]})
	not org.known_tags with input as unsure
	org.untold_tags.missing == {"/request/TagSpecifications"} with input as unsure
	modified := fixture.modify({}, {"VpcEndpointId": "vpce-1"}, {})
	org.untold_tags.missing == ["/current/Tags"] with input as modified
	org.tags_at == "/current/Tags" with input as modified
}

test_a_service_is_named_by_its_part_or_in_full if {
	proposal := fixture.interface({"ServiceName": "com.amazonaws.us-east-1.ecr.api"})
	org.names_service(["ecr.*"]) with input as proposal
	org.names_service(["com.amazonaws.us-east-1.ecr.api"]) with input as proposal
	not org.names_service(["ecr"]) with input as proposal
}
