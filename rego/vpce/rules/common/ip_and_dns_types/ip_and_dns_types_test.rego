package vpce.rules.common.ip_and_dns_types_test

import data.vpce.rules.common.ip_and_dns_types as rule
import data.vpce.testing.fixture

interface(ip, dns) := fixture.interface({"IpAddressType": ip, "DnsOptions": {"DnsRecordIpType": dns}})

gateway(ip, dns) := fixture.gateway({"IpAddressType": ip, "DnsOptions": {"DnsRecordIpType": dns}})

test_legal_pairs_pass if {
	every proposal in [
		interface("ipv4", "ipv4"),
		interface("ipv6", "ipv6"),
		interface("dualstack", "service-defined"),
		interface("dualstack", "ipv4"),
		gateway("ipv4", "service-defined"),
		gateway("ipv6", "ipv6"),
		gateway("dualstack", "dualstack"),
		interface("not-specified", "not-specified"),
		fixture.gwlb({"IpAddressType": "ipv4", "DnsOptions": {"DnsRecordIpType": "ipv6"}}),
		fixture.interface({}),
	] {
		rule.deny == set() with input as proposal
		rule.undetermined == set() with input as proposal
	}
}

test_illegal_pairs_are_denied if {
	rule.deny == {{
		"message": "DNS record type service-defined does not go with IP address type ipv4 here, only ipv4 does",
		"path": "/request/DnsOptions/DnsRecordIpType",
		"fix": [{"op": "replace", "path": "/request/DnsOptions/DnsRecordIpType", "value": "ipv4"}],
	}} with input as interface("ipv4", "service-defined")
	every proposal in [interface("ipv6", "ipv4"), interface("ipv4", "dualstack"), gateway("ipv6", "ipv4")] {
		count(rule.deny) == 1 with input as proposal
	}
}

test_words_that_are_no_types_are_denied if {
	rule.deny == {{
		"message": "IPv4 is not an IP address type",
		"path": "/request/IpAddressType",
		"remediation": "Set IpAddressType to ipv4, dualstack or ipv6.",
	}} with input as fixture.interface({"IpAddressType": "IPv4"})
	rule.deny == {{
		"message": "a is not a DNS record type",
		"path": "/request/DnsOptions/DnsRecordIpType",
		"remediation": "Set DnsRecordIpType to ipv4, dualstack, ipv6 or service-defined.",
	}} with input as interface("dualstack", "a")
}

having(dns, ip) := {"VpcEndpointType": "Interface", "IpAddressType": ip, "DnsOptions": {"DnsRecordIpType": dns}}

test_on_modify_new_and_kept_are_paired if {
	changed := {"IpAddressType": "ipv6"}
	found := {[d.path, object.get(d, "fix", [])] |
		some d in rule.deny
	} with input as fixture.modify(changed, having("ipv4", "ipv4"), changed)
	found == {["/request/IpAddressType", []]}
	count(rule.deny) == 1 with input as fixture.modify(
		{"DnsOptions": {"DnsRecordIpType": "ipv6"}},
		having("ipv4", "ipv4"),
		{},
	)
	rule.deny == set() with input as fixture.modify({"PrivateDnsEnabled": true}, having("ipv6", "ipv4"), {})
}

test_without_an_ip_type_a_pair_cannot_be_judged if {
	told := {"reason": "whether DNS record type ipv6 goes with the IP address type of the endpoint is not known"}
	dns := {"DnsOptions": {"DnsRecordIpType": "ipv6"}}
	rule.undetermined == {object.union(told, {"missing": ["/request/IpAddressType"]})} with input as fixture.interface(dns)
	rule.undetermined == {object.union(told, {"missing": ["/current/IpAddressType"]})} with input as fixture.modify(
		dns,
		{"VpcEndpointType": "Interface"},
		{},
	)
	rule.undetermined == set() with input as fixture.interface({"DnsOptions": {"DnsRecordIpType": "ipv4"}})
	rule.undetermined == set() with input as fixture.gateway({"DnsOptions": {"DnsRecordIpType": "service-defined"}})
}

test_types_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "which IP address type or DNS record type is asked for is not known yet",
		"missing": ["/request/IpAddressType"],
	}} with input as fixture.unknown(fixture.interface({}), ["IpAddressType"])
}

test_empty_members_ask_for_no_type if {
	rule.deny == set() with input as fixture.interface({"IpAddressType": "", "DnsOptions": {"DnsRecordIpType": ""}})
	changed := {"IpAddressType": "ipv6", "DnsOptions": {"DnsRecordIpType": ""}}
	{d.path | some d in rule.deny} == {"/request/IpAddressType"} with input as fixture.modify(
		changed,
		having("ipv4", "ipv4"),
		{"IpAddressType": "ipv6"},
	)
}

test_a_delete_names_no_types if {
	rule.deny == set() with input as object.union(interface("ipv5", "a"), {"operation": "delete"})
}

test_beside_a_word_that_is_no_ip_type_a_pair_cannot_be_judged if {
	{u.missing | some u in rule.undetermined} == {["/request/IpAddressType"]} with input as interface("IPv4", "ipv6")
}
