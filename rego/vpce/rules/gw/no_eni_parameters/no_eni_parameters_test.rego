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
