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
