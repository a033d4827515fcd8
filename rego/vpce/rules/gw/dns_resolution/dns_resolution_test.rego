package vpce.rules.gw.dns_resolution_test

import data.vpce.rules.gw.dns_resolution as rule
import data.vpce.testing.fixture

vpc(attributes) := object.union(fixture.gateway({}), {"context": {"Vpc": attributes}})

dhcp(servers) := object.union(
	vpc({"EnableDnsSupport": false}),
	{"context": {"DhcpOptions": {"DhcpConfigurations": [{
		"Key": "domain-name-servers",
		"Values": [{"Value": server} | some server in servers],
	}]}}},
)

test_a_vpc_that_resolves_names_passes if {
	rule.deny == set() with input as fixture.gateway({})
	rule.undetermined == set() with input as fixture.gateway({})
}

test_without_dns_support_it_is_denied if {
	rule.deny == {{
		"message": "DNS resolution is off in the VPC, so names of the service do not lead to the endpoint",
		"path": "/request/VpcId",
	}} with input as vpc({"EnableDnsSupport": false})
}

test_without_host_names_it_warns_today if {
	rule.deny == {{
		"message": "DNS host names are off in the VPC; AWS asks for them where its own DNS is used",
		"path": "/request/VpcId",
		"enforcement_action": "warn",
		"remediation": "Set EnableDnsHostnames of the VPC to true.",
	}} with input as vpc({"EnableDnsHostnames": false})
	rule.deny == set() with input as fixture.in_2023(vpc({"EnableDnsHostnames": false}))
}

test_attributes_that_are_not_told_are_undetermined if {
	rule.undetermined == {{
		"reason": "whether the VPC resolves names is not known",
		"missing": ["/context/Vpc/EnableDnsHostnames", "/context/Vpc/EnableDnsSupport"],
	}} with input as fixture.without(fixture.gateway({}), "Vpc")
}

test_own_name_servers_are_undetermined if {
	rule.deny == set() with input as dhcp(["10.0.0.2"])
	rule.undetermined == {{
		"reason": concat(" ", [
			"the VPC uses the name server 10.0.0.2, and whether it resolves",
			"the service to AWS addresses is not known",
		]),
		"missing": ["/intent/custom_dns_resolves_service"],
	}} with input as dhcp(["10.0.0.2"])
}

test_amazons_name_server_leaves_the_attributes_to_decide if {
	count(rule.deny) == 1 with input as dhcp(["AmazonProvidedDNS"])
	rule.undetermined == set() with input as dhcp(["AmazonProvidedDNS"])
}

test_the_intent_can_assert_own_dns if {
	proposal := object.union(dhcp(["10.0.0.2"]), {"intent": {"custom_dns_resolves_service": true}})
	rule.deny == set() with input as proposal
	rule.undetermined == set() with input as proposal
}

test_host_names_do_not_matter_where_others_resolve if {
	own := dhcp(["10.0.0.2"])
	rule.deny == set() with input as object.union(own, {"context": {"Vpc": {"EnableDnsHostnames": false}}})
	{u.missing | some u in rule.undetermined} == {["/intent/custom_dns_resolves_service"]} with input as fixture.without(
		own,
		"Vpc",
	)
}

test_another_dhcp_option_names_no_server if {
	domain := {"DhcpConfigurations": [{"Key": "domain-name", "Values": [{"Value": "corp.example"}]}]}
	proposal := object.union(vpc({"EnableDnsSupport": false}), {"context": {"DhcpOptions": domain}})
	{d.path | some d in rule.deny} == {"/request/VpcId"} with input as proposal
	rule.undetermined == set() with input as proposal
}
