package vpce.rules.iface.s3_gateway_beside_resolver_dns_test

import data.vpce.rules.iface.s3_gateway_beside_resolver_dns as rule
import data.vpce.testing.fixture

s3(members) := fixture.interface(object.union({"ServiceName": "com.amazonaws.us-east-1.s3"}, members))

gateway := {
	"VpcEndpointId": "vpce-2",
	"VpcEndpointType": "Gateway",
	"VpcId": "vpc-0a000001",
	"ServiceName": "com.amazonaws.us-east-1.s3",
	"State": "available",
}

peer := json.remove(object.union(gateway, {"address": "aws_vpc_endpoint.s3"}), ["/VpcEndpointId", "/State"])

beside(proposal, endpoints) := object.union(proposal, {"context": {"VpcEndpoints": endpoints}})

options(value) := {"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": value}}

path := "/request/DnsOptions/PrivateDnsOnlyForInboundResolverEndpoint"

missing(how, fix) := {{
	"message": $"{how} needs a gateway endpoint for com.amazonaws.us-east-1.s3, and vpc-0a000001 has none",
	"path": path,
	"fix": [fix],
}}

by_default := "PrivateDnsOnlyForInboundResolverEndpoint, true unless given,"

explicitly := "PrivateDnsOnlyForInboundResolverEndpoint=true"

add_all := {"op": "add", "path": "/request/DnsOptions", "value": options(false).DnsOptions}

# As text, since the type checker sees no common type of the two kinds of fix.
gives(proposal, expected) if {
	found := rule.deny with input as proposal
	json.marshal(found) == json.marshal(expected)
}

silent(proposal) if {
	rule.deny == set() with input as proposal
	rule.undetermined == set() with input as proposal
}

test_absent_means_true if {
	gives(s3({}), missing(by_default, add_all))
	gives(s3({"DnsOptions": null}), missing(by_default, add_all))
	rule.undetermined == set() with input as s3({})
}

test_the_option_may_be_given if {
	replace_it := {"op": "replace", "path": path, "value": false}
	gives(s3(options(true)), missing(explicitly, replace_it))
	add_it := {"op": "add", "path": path, "value": false}
	gives(s3({"DnsOptions": {"DnsRecordIpType": "ipv4"}}), missing(by_default, add_it))
	silent(s3(options(false)))
}

test_a_gateway_endpoint_of_the_vpc_suffices if silent(beside(s3({}), [gateway]))

test_other_endpoints_do_not_count if {
	count(rule.deny) == 1 with input as beside(s3({}), [object.union(gateway, {"VpcEndpointType": "Interface"})])
	count(rule.deny) == 1 with input as beside(s3({}), [object.union(gateway, {"VpcId": "vpc-0f000009"})])
	count(rule.deny) == 1 with input as beside(s3({}), [object.union(gateway, {"State": "Deleting"})])
	dynamodb := {"ServiceName": "com.amazonaws.us-east-1.dynamodb"}
	count(rule.deny) == 1 with input as beside(s3({}), [object.union(gateway, dynamodb)])
}

test_a_gateway_endpoint_of_the_same_document_is_a_warning if {
	warning := {{
		"message": concat(" ", [
			by_default,
			"needs the gateway endpoint aws_vpc_endpoint.s3, which this document creates too;",
			"the order of creation is not fixed",
		]),
		"path": path,
		"enforcement_action": "warn",
		"remediation": "Add depends_on (Terraform) or DependsOn (CloudFormation) on the gateway endpoint.",
		"fix": [add_all],
	}}
	gives(object.union(s3({}), {"peers": [peer]}), warning)
	gives(object.union(s3({}), {"peers": [json.remove(peer, ["/VpcId"])]}), warning)
	silent(object.union(beside(s3({}), [gateway]), {"peers": [peer]}))
	silent(object.union(s3({}), {"peers": [object.union(peer, {"VpcEndpointId": "vpce-3"})]}))
	silent(object.union(s3({}), {"peers": [peer], "depends_on": ["aws_vpc_endpoint.s3"]}))
}

test_only_s3_with_private_dns_is_concerned if {
	silent(fixture.interface({}))
	silent(s3({"PrivateDnsEnabled": false}))
	silent(s3({"ServiceName": "com.amazonaws.eu-west-1.s3"}))
	silent(s3({"ServiceRegion": "eu-west-1"}))
	silent(s3(object.union({"PrivateDnsEnabled": false}, options(true))))
	silent(s3({"ServiceName": "com.amazonaws.s3-global.accesspoint"}))
	silent(s3({"ServiceName": "aws.api.us-east-1.s3"}))
	silent(object.union(s3({}), {"operation": "delete"}))
	silent(json.remove(s3({}), ["/request/VpcId", "/endpoint/VpcId"]))
}

current := {
	"VpcEndpointId": "vpce-1",
	"VpcId": "vpc-0a000001",
	"ServiceName": "com.amazonaws.us-east-1.s3",
	"PrivateDnsEnabled": false,
	"DnsOptions": {"DnsRecordIpType": "ipv4", "PrivateDnsOnlyForInboundResolverEndpoint": false},
}

test_a_modify_is_judged_by_what_it_changes if {
	on := {"PrivateDnsEnabled": true}
	silent(fixture.modify({"PolicyDocument": "{}"}, object.union(current, object.union(on, options(true))), {}))
	silent(fixture.modify(on, current, on))
	gives(fixture.modify(on, object.union(current, options(true)), on), missing(by_default, add_all))
	replace_it := {"op": "replace", "path": path, "value": false}
	proposal := fixture.modify(options(true), object.union(current, on), options(true))
	gives(proposal, missing(explicitly, replace_it))
	silent(fixture.modify(options(false), object.union(current, object.union(on, options(true))), options(false)))
}

differs(part) := {{
	"message": "DNS record IP type dualstack differs from ipv4 of the gateway endpoint vpce-2",
	"path": $"/{part}/DnsOptions/DnsRecordIpType",
	"remediation": "Set DnsRecordIpType to ipv4, as the gateway endpoint has it.",
}}

with_type(kind) := object.union(gateway, {"DnsOptions": {"DnsRecordIpType": kind}})

test_the_record_ip_types_must_suit if {
	dual := s3({"DnsOptions": {"DnsRecordIpType": "dualstack"}})
	rule.deny == differs("request") with input as beside(dual, [with_type("ipv4")])
	silent(beside(dual, [with_type("dualstack")]))
	silent(beside(dual, [with_type("service-defined")]))
	silent(beside(dual, [with_type(null)]))
	silent(beside(dual, [gateway]))
	silent(beside(s3({}), [with_type("ipv4")]))
	silent(beside(s3({"DnsOptions": {"DnsRecordIpType": null}}), [with_type("ipv4")]))
	both := {"DnsOptions": {"DnsRecordIpType": "dualstack", "PrivateDnsOnlyForInboundResolverEndpoint": false}}
	silent(beside(s3(both), [with_type("ipv4")]))
}

test_the_record_ip_type_may_be_kept_from_the_current_endpoint if {
	on := {"PrivateDnsEnabled": true}
	kept := object.union(current, {"DnsOptions": {
		"DnsRecordIpType": "dualstack",
		"PrivateDnsOnlyForInboundResolverEndpoint": true,
	}})
	rule.deny == differs("current") with input as beside(fixture.modify(on, kept, on), [with_type("ipv4")])
	untold := object.union(kept, {"DnsOptions": {"DnsRecordIpType": null}})
	silent(beside(fixture.modify(on, untold, on), [with_type("ipv4")]))
}

test_a_record_ip_type_known_later_is_undetermined if {
	proposal := object.union(s3(options(true)), {"unknown": ["/request/DnsOptions/DnsRecordIpType"]})
	rule.undetermined == {{
		"reason": "whether the DNS record IP type suits the gateway endpoint vpce-2 is not known yet",
		"missing": ["/request/DnsOptions/DnsRecordIpType"],
	}} with input as beside(proposal, [with_type("ipv4")])
	silent(beside(proposal, [with_type("service-defined")]))
	silent(beside(object.union(proposal, {"unknown": ["/request/Tags"]}), [with_type("ipv4")]))
	unasked := object.union(s3(options(false)), {"unknown": ["/request/DnsOptions/DnsRecordIpType"]})
	silent(beside(unasked, [with_type("ipv4")]))
}

test_without_the_other_endpoints_it_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether the VPC has a gateway endpoint for S3 is not known",
		"missing": ["/context/VpcEndpoints"],
	}} with input as fixture.without(s3({}), "VpcEndpoints")
	beside_peer := object.union(s3({}), {"peers": [peer]})
	rule.deny == set() with input as fixture.without(beside_peer, "VpcEndpoints")
	count(rule.undetermined) == 1 with input as fixture.without(beside_peer, "VpcEndpoints")
	modified := object.union(s3({}), {"peers": [object.union(peer, {"VpcEndpointId": "vpce-3"})]})
	silent(fixture.without(modified, "VpcEndpoints"))
	silent(fixture.without(s3({"PrivateDnsEnabled": false}), "VpcEndpoints"))
}

later(pointer) := {{
	"reason": "whether private DNS is only for inbound Resolver endpoints, or in which VPC, is not known yet",
	"missing": [pointer],
}}

test_values_known_later_are_undetermined if {
	every member in ["PrivateDnsEnabled", "VpcId", "DnsOptions"] {
		rule.deny == set() with input as fixture.unknown(s3(options(true)), [member])
		rule.undetermined == later($"/request/{member}") with input as fixture.unknown(s3(options(true)), [member])
	}
	only := object.union(s3({"DnsOptions": {}}), {"unknown": [path]})
	rule.undetermined == later(path) with input as only
	silent(fixture.unknown(s3(options(false)), ["PrivateDnsEnabled"]))
	silent(fixture.unknown(s3({"PrivateDnsEnabled": false}), ["DnsOptions"]))
}

test_an_option_known_later_overrules_the_current_one if {
	proposal := fixture.modify({}, object.union(current, {"PrivateDnsEnabled": true}), {})
	rule.undetermined == later(path) with input as object.union(proposal, {"unknown": [path]})
}

test_a_gateway_endpoint_counts_where_one_of_the_names_has_no_region if {
	named := {"ServiceName": "com.amazonaws.${AWS::Region}.s3"}
	rule.deny == set() with input as beside(s3(named), [gateway])
	rule.deny == set() with input as beside(s3({}), [object.union(gateway, named)])
	count(rule.deny) == 1 with input as beside(s3(named), [])
	other := {"ServiceName": "com.amazonaws.${AWS::Region}.dynamodb"}
	count(rule.deny) == 1 with input as beside(s3(named), [object.union(gateway, other)])
	elsewhere := {"ServiceName": "com.amazonaws.us-west-2.s3"}
	count(rule.deny) == 1 with input as beside(s3({}), [object.union(gateway, elsewhere)])
}

test_a_vpc_known_later_is_not_compared if {
	hidden := fixture.unknown(s3({"DnsOptions": {"DnsRecordIpType": "dualstack"}}), ["VpcId"])
	rule.deny == set() with input as object.union(hidden, {"peers": [peer]})
	rule.deny == set() with input as beside(hidden, [with_type("ipv4")])
}

test_a_gateway_endpoint_that_does_not_say_its_vpc_may_suffice if {
	silent(beside(s3({}), [object.union(gateway, {"VpcId": null})]))
}

test_an_option_without_private_dns_asks_for_nothing if {
	proposal := json.remove(s3(options(true)), ["/request/PrivateDnsEnabled", "/endpoint/PrivateDnsEnabled"])
	silent(fixture.without(proposal, "VpcEndpoints"))
}

test_an_option_of_null_leaves_the_current_one if {
	on := {"PrivateDnsEnabled": true}
	silent(fixture.modify(object.union(on, options(null)), current, on))
	neither := object.union(current, options(null))
	gives(fixture.modify(on, neither, on), missing(by_default, add_all))
}
