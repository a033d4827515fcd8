package vpce.rules.gw.needed_by_interface_endpoint_test

import data.vpce.rules.gw.needed_by_interface_endpoint as rule
import data.vpce.testing.fixture

current := {
	"VpcEndpointId": "vpce-1",
	"VpcEndpointType": "Gateway",
	"VpcId": "vpc-0a000001",
	"ServiceName": "com.amazonaws.us-east-1.s3",
	"RouteTableIds": ["rtb-1"],
}

interface := object.union(current, {
	"VpcEndpointId": "vpce-2",
	"VpcEndpointType": "Interface",
	"PrivateDnsEnabled": true,
	"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": true},
})

beside(proposal, endpoints) := object.union(proposal, {"context": {"VpcEndpoints": endpoints}})

deleted := {"operation": "delete", "request": {"VpcEndpointId": "vpce-1"}, "current": current, "peers": []}

test_the_only_gateway_endpoint_stays if {
	rule.deny == {{
		"message": concat("", [
			"vpce-2 resolves S3 for on-premises clients only",
			" and needs this gateway endpoint for the VPC itself",
		]),
		"path": "/current/VpcEndpointId",
	}} with input as beside(deleted, [interface, current])
}

test_nobody_needs_it_otherwise if {
	every members in [
		{"VpcEndpointType": "GatewayLoadBalancer"},
		{"PrivateDnsEnabled": false},
		{"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": false}},
		{"VpcId": "vpc-0f000009"},
		{"VpcId": null},
		{"ServiceName": "com.amazonaws.us-east-1.sqs"},
		{"State": "deleted"},
	] {
		rule.deny == set() with input as beside(deleted, [object.union(interface, members)])
	}
	another := object.union(current, {"VpcEndpointId": "vpce-3"})
	rule.deny == set() with input as beside(deleted, [interface, another])
	dynamodb := {"current": {"ServiceName": "com.amazonaws.us-east-1.dynamodb"}}
	other := object.union(interface, dynamodb.current)
	rule.deny == set() with input as beside(object.union(deleted, dynamodb), [other])
}

modified(request, left) := fixture.modify(request, current, {"RouteTableIds": left})

test_emptying_it_is_warned_about if {
	emptied := modified({"RemoveRouteTableIds": ["rtb-1"]}, [])
	rule.deny == {{
		"message": "without route tables the VPC loses its way to S3, which vpce-2 relies on",
		"path": "/request/RemoveRouteTableIds",
		"enforcement_action": "warn",
	}} with input as beside(emptied, [interface])
	rule.deny == set() with input as beside(emptied, [interface, object.union(current, {"VpcEndpointId": "vpce-3"})])
	rule.deny == set() with input as beside(modified({"RemoveRouteTableIds": ["rtb-1"]}, ["rtb-2"]), [interface])
	rule.deny == set() with input as beside(modified({"ResetPolicy": true}, []), [interface])
}

test_a_removal_known_later_is_undetermined if {
	later := {"unknown": ["/request/RemoveRouteTableIds"]}
	rule.undetermined == {{
		"reason": "whether the endpoint keeps a route table is not known yet",
		"missing": ["/request/RemoveRouteTableIds"],
	}} with input as object.union(modified({}, ["rtb-1"]), later)
}

test_what_is_not_known_is_undetermined if {
	expected := {{
		"reason": "whether an interface endpoint for S3 needs this gateway endpoint is not known",
		"missing": ["/context/VpcEndpoints"],
	}}
	rule.undetermined == expected with input as deleted
	dynamodb := {"current": {"ServiceName": "com.amazonaws.us-east-1.dynamodb"}}
	rule.undetermined == set() with input as object.union(deleted, dynamodb)
	rule.undetermined == set() with input as beside(deleted, [])
	rule.undetermined == set() with input as fixture.without(modified({}, ["rtb-1"]), "VpcEndpoints")
	rule.undetermined == {{
		"reason": "which service and VPC the endpoint is for is not known",
		"missing": ["/current"],
	}} with input as beside(json.remove(deleted, ["/current"]), [])
}

test_emptying_what_nobody_needs_is_no_matter if {
	rule.deny == set() with input as beside(modified({"RemoveRouteTableIds": ["rtb-1"]}, []), [])
	rule.deny == set() with input as beside(modified({"RemoveRouteTableIds": []}, []), [interface])
}

test_what_is_known_later_matters_for_a_modify_of_s3_alone if {
	later := {"unknown": ["/request/RemoveRouteTableIds"]}
	rule.undetermined == set() with input as object.union(beside(deleted, []), later)
	dynamodb := {"current": {"ServiceName": "com.amazonaws.us-east-1.dynamodb"}}
	rule.undetermined == set() with input as object.union(object.union(modified({}, ["rtb-1"]), dynamodb), later)
	nameless := json.remove(modified({}, ["rtb-1"]), ["/current/ServiceName"])
	rule.undetermined == set() with input as nameless
}
