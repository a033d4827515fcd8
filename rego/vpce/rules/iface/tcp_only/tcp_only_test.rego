package vpce.rules.iface.tcp_only_test

import data.vpce.rules.iface.tcp_only as rule
import data.vpce.testing.fixture

own := {"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0b000000000000002"}

speaking(protocols, members) := object.union(fixture.interface(members), {"intent": {"protocols": protocols}})

test_tcp_passes if {
	rule.deny == set() with input as speaking(["tcp", "TLS", "https", "http"], {})
	rule.deny == set() with input as fixture.interface({})
}

test_udp_is_for_endpoint_services_today if {
	rule.deny == set() with input as speaking(["udp"], own)
	count(rule.deny) == 1 with input as fixture.in_2023(speaking(["udp"], own))
	rule.deny == {{
		"message": concat(" ", [
			"udp is declared, but an interface endpoint to",
			"com.amazonaws.us-east-1.sqs carries only TCP",
		]),
		"path": "/request/ServiceName",
	}} with input as speaking(["UDP"], {})
	count(rule.deny) == 1 with input as speaking(["icmp"], own)
}

test_a_service_known_later_is_undetermined if {
	hidden := fixture.unknown(speaking(["udp"], {}), ["ServiceName"])
	rule.deny == set() with input as hidden
	rule.undetermined == {{
		"reason": "whether the service takes more than TCP is not known, as its name is not known yet",
		"missing": ["/request/ServiceName"],
	}} with input as hidden
	rule.undetermined == set() with input as fixture.unknown(speaking(["tcp"], {}), ["ServiceName"])
	rule.undetermined == set() with input as speaking(["udp"], {})
}
