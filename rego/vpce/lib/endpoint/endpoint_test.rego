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

test_endpoints_of_another_vpc_are_left_out if {
	proposal := {
		"operation": "create",
		"endpoint": {"VpcId": "vpc-1"},
		"context": {"VpcEndpoints": [{"VpcEndpointId": "a", "VpcId": "vpc-2"}, {"VpcEndpointId": "b", "VpcId": "vpc-1"}]},
		"peers": [{"address": "c", "VpcId": "vpc-2"}, {"address": "d", "State": "failed"}, {"address": "e"}],
	}
	[other.name | some other in endpoint.others] == ["b", "e"] with input as proposal
	unknown_vpc := json.remove(proposal, ["/endpoint/VpcId"])
	[other.name | some other in endpoint.others] == ["a", "b", "c", "e"] with input as unknown_vpc
	deleted := object.union(proposal, {"operation": "delete", "endpoint": {}, "current": {"VpcId": "vpc-2"}})
	[other.name | some other in endpoint.others] == ["a", "c", "e"] with input as json.remove(deleted, ["/endpoint"])
}

test_gateways_are_counted_over_the_region if {
	gateway := {"VpcEndpointType": "Gateway", "VpcId": "vpc-2"}
	endpoint.number_of_gateways == 2 with input as {
		"request": {"VpcEndpointId": "vpce-1"},
		"endpoint": {"VpcId": "vpc-1"},
		"context": {"VpcEndpoints": [
			gateway,
			object.union(gateway, {"VpcEndpointId": "vpce-1"}),
			object.union(gateway, {"State": "Failed"}),
			object.union(gateway, {"VpcEndpointType": "Interface"}),
		]},
		"peers": [gateway, {"VpcEndpointType": "Interface"}, object.union(gateway, {"State": "deleted"})],
	}
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

test_an_endpoint_that_is_there_has_its_id_though_it_is_judged_as_a_create if {
	there := {"operation": "create", "request": {}, "endpoint": {"VpcEndpointId": "vpce-1"}}
	endpoint.id == "vpce-1" with input as there
	not endpoint.id with input as json.remove(there, ["/endpoint/VpcEndpointId"])
}
