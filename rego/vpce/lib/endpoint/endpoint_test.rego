package vpce.lib.endpoint_test

import data.vpce.lib.endpoint

test_the_type_of_a_deleted_endpoint_is_its_current_one if {
	endpoint.type == "Gateway" with input as {"operation": "delete", "current": {"VpcEndpointType": "Gateway"}}
}

test_subnets_come_from_ids_and_configurations if {
	endpoint.subnets == {
		{"id": "subnet-1", "path": "/request/SubnetIds/0"},
		{"id": "subnet-2", "path": "/request/SubnetConfigurations/0/SubnetId"},
	} with input as {
		"operation": "create",
		"request": {"SubnetIds": ["subnet-1"], "SubnetConfigurations": [{"SubnetId": "subnet-2"}]},
	}
}

test_a_modify_keeps_current_subnets_that_are_not_removed if {
	endpoint.subnet_ids == {"subnet-2", "subnet-3"} with input as {
		"operation": "modify",
		"request": {"AddSubnetIds": ["subnet-3"], "RemoveSubnetIds": ["subnet-1"]},
		"current": {"SubnetIds": ["subnet-1", "subnet-2"]},
	}
}

test_route_tables_are_told_with_their_place if {
	endpoint.route_tables == {{"id": "rtb-1", "path": "/request/AddRouteTableIds/0"}} with input as {
		"operation": "modify",
		"request": {"AddRouteTableIds": ["rtb-1"]},
	}
}

test_an_unknown_configuration_is_an_unknown_subnet if {
	endpoint.unknown_subnets == {"/request/SubnetConfigurations/0/SubnetId"} with input as {
		"operation": "create",
		"unknown": ["/request/SubnetConfigurations/0/SubnetId", "/request/PolicyDocument"],
	}
}

test_others_are_live_endpoints_of_the_context_and_peers if {
	names := {other.name | some other in endpoint.others} with input as {
		"operation": "modify",
		"request": {"VpcEndpointId": "vpce-1"},
		"context": {"VpcEndpoints": [
			{"VpcEndpointId": "vpce-1", "State": "available"},
			{"VpcEndpointId": "vpce-2", "State": "Deleting"},
			{"VpcEndpointId": "vpce-3", "State": "deleted"},
			{"VpcEndpointId": "vpce-4"},
		]},
		"peers": [{"address": "aws_vpc_endpoint.b"}],
	}
	names == {"vpce-2", "vpce-4", "aws_vpc_endpoint.b"}
}

test_peers_are_known_where_the_context_is_silent if {
	proposal := {"operation": "create", "context": {}, "peers": [{"address": "b"}]}
	[other.name | some other in endpoint.others] == ["b"] with input as proposal
	not endpoint.others_told with input as proposal
	endpoint.others_told with input as {"context": {"VpcEndpoints": []}}
}

test_security_groups_are_those_after_the_operation if {
	endpoint.security_group_ids == {"sg-1"} with input as {"endpoint": {"Groups": [{"GroupId": "sg-1"}]}}
}
