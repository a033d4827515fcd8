package vpce.rules.gw.no_eni_parameters_test

import data.vpce.rules.gw.no_eni_parameters as rule
import data.vpce.testing.fixture

test_a_plain_gateway_endpoint_passes if {
	rule.deny == set() with input as fixture.gateway({"PrivateDnsEnabled": false, "SubnetIds": []})
	rule.undetermined == set() with input as fixture.gateway({})
}

test_subnets_are_denied if {
	rule.deny == {{
		"message": "SubnetIds is given on a gateway endpoint, which has no network interface",
		"path": "/request/SubnetIds",
		"fix": [{"op": "remove", "path": "/request/SubnetIds"}],
	}} with input as fixture.gateway({"SubnetIds": ["subnet-1"]})
}

test_private_dns_is_denied if {
	rule.deny == {{
		"message": "private DNS is asked for on a gateway endpoint, which has no private address",
		"path": "/request/PrivateDnsEnabled",
		"fix": [{"op": "remove", "path": "/request/PrivateDnsEnabled"}],
	}} with input as fixture.gateway({"PrivateDnsEnabled": true})
}

test_values_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "a value that must not be given is not known yet",
		"missing": ["/request/PrivateDnsEnabled", "/request/SecurityGroupIds"],
	}} with input as fixture.unknown(fixture.gateway({}), ["SecurityGroupIds", "PrivateDnsEnabled"])
}

for_resolvers(value) := fixture.gateway({"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": value}})

resolver_path := "/request/DnsOptions/PrivateDnsOnlyForInboundResolverEndpoint"

test_the_resolver_option_is_denied_and_where_it_is_false_warned_of if {
	rule.deny == {{
		"message": "PrivateDnsOnlyForInboundResolverEndpoint is true, which only interface endpoints take",
		"path": resolver_path,
		"fix": [{"op": "remove", "path": resolver_path}],
	}} with input as for_resolvers(true)
	rule.deny == {{
		"message": "PrivateDnsOnlyForInboundResolverEndpoint is false, which only interface endpoints take",
		"path": resolver_path,
		"fix": [{"op": "remove", "path": resolver_path}],
		"enforcement_action": "warn",
	}} with input as for_resolvers(false)
	rule.deny == set() with input as for_resolvers(null)
	rule.deny == set() with input as object.union(for_resolvers(true), {"operation": "delete"})
}
