package vpce.rules.iface.resolver_option_for_s3_test

import data.vpce.rules.iface.resolver_option_for_s3 as rule
import data.vpce.testing.fixture

asking(flag, members) := fixture.interface(object.union(
	{"ServiceName": "com.amazonaws.us-east-1.s3", "DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": flag}},
	members,
))

offering(proposal, types) := object.union(proposal, {"context": {"ServiceDetails": [{
	"ServiceName": "com.amazonaws.us-east-1.s3",
	"ServiceType": [{"ServiceType": type}],
} |
	some type in types
]}})

both := ["Gateway", "Interface"]

path := "/request/DnsOptions/PrivateDnsOnlyForInboundResolverEndpoint"

fix := [{"op": "remove", "path": path}]

test_a_service_with_both_types_passes if {
	rule.deny == set() with input as offering(asking(true, {}), both)
	rule.deny == set() with input as offering(asking(false, {"PrivateDnsEnabled": false}), both)
	rule.undetermined == set() with input as offering(asking(true, {}), both)
	rule.deny == set() with input as fixture.interface({})
}

test_private_dns_must_be_on if {
	rule.deny == {{
		"message": "the inbound-resolver option is set, but private DNS is off",
		"path": path,
		"fix": fix,
	}} with input as offering(asking(true, {"PrivateDnsEnabled": false}), both)
}

test_a_service_with_one_type_is_denied if {
	every type in both {
		rule.deny == {{
			"message": $"the inbound-resolver option is set, but com.amazonaws.us-east-1.s3 has {type} endpoints only",
			"path": path,
			"fix": fix,
		}} with input as offering(asking(true, {}), [type])
	}
}

test_switching_it_off_elsewhere_is_harmless if {
	rule.deny == {{
		"message": concat("", [
			"the inbound-resolver option means nothing for com.amazonaws.us-east-1.s3,",
			" and false changes nothing",
		]),
		"path": path,
		"fix": fix,
		"enforcement_action": "warn",
	}} with input as offering(asking(false, {}), ["Interface"])
	rule.deny == set() with input as asking(false, {}) with data.vpce.services as {}
}

test_what_is_not_known_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether com.amazonaws.us-east-1.s3 has both gateway and interface endpoints is not known",
		"missing": ["/context/ServiceDetails"],
	}} with input as asking(true, {}) with data.vpce.services as {}
	rule.undetermined == {{
		"reason": "whether private DNS is on, or for which service, is not known yet",
		"missing": ["/request/PrivateDnsEnabled"],
	}} with input as offering(fixture.unknown(asking(true, {}), ["PrivateDnsEnabled"]), both)
	rule.undetermined == {{
		"reason": "whether the inbound-resolver option is set is not known yet",
		"missing": ["/request/DnsOptions"],
	}} with input as fixture.unknown(fixture.interface({}), ["DnsOptions"])
}
