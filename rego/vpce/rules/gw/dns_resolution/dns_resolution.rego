# METADATA
# title: DNS resolution in the VPC, or own DNS that resolves correctly
# description: EnableDnsSupport of the VPC is true, or the request states that an own DNS server resolves the
#   service names to AWS addresses.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html
# custom:
#   id: VPCE-GW-012
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: accepted-but-useless
#   hop: dns
#   remediation: >-
#     Set EnableDnsSupport of the VPC to true, or say that your own DNS resolves the service
#     (intent.custom_dns_resolves_service).
#   operations: [create]
#   reads:
#     - /context/Vpc
#     - /context/DhcpOptions
#     - /intent/custom_dns_resolves_service
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 6
#       paraphrase: enable DNS resolution, or own DNS resolves to the addresses maintained by AWS
#   aws:
#   - text: 'Today: with Amazon DNS both DNS hostnames and DNS resolution must be on.'
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
#     status: documented
#   - text: same
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html
#     status: documented
package vpce.rules.gw.dns_resolution

import data.vpce.lib.network

deny contains {"message": message, "path": "/request/VpcId"} if {
	_concerned
	not _own_dns
	network.attribute(input.context.Vpc, "EnableDnsSupport") == false
	message := "DNS resolution is off in the VPC, so names of the service do not lead to the endpoint"
}

deny contains object.union({"message": message, "path": "/request/VpcId"}, _host_names) if {
	_concerned
	not _own_dns
	input.profile == "aws-current"
	network.attribute(input.context.Vpc, "EnableDnsHostnames") == false
	message := "DNS host names are off in the VPC; AWS asks for them where its own DNS is used"
}

_host_names := {"enforcement_action": "warn", "remediation": "Set EnableDnsHostnames of the VPC to true."}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_concerned
	not _own_dns
	hidden := {$"/context/Vpc/{name}" | some name in _needed[input.profile]; not _told(name)}
	count(hidden) > 0
	reason := "whether the VPC resolves names is not known"
}

undetermined contains {"reason": reason, "missing": ["/intent/custom_dns_resolves_service"]} if {
	_concerned
	some option in input.context.DhcpOptions.DhcpConfigurations
	option.Key == "domain-name-servers"
	some server in option.Values
	server.Value != "AmazonProvidedDNS"
	reason := concat("", [
		$"the VPC uses the name server {server.Value}, ",
		"and whether it resolves the service to AWS addresses is not known",
	])
}

_concerned if {
	input.operation == "create"
	not input.intent.custom_dns_resolves_service == true
}

# Name servers of one's own: then the attributes of the VPC do not decide, what those servers answer does.
_own_dns if {
	some option in input.context.DhcpOptions.DhcpConfigurations
	option.Key == "domain-name-servers"
	every server in option.Values {
		server.Value != "AmazonProvidedDNS"
	}
}

_needed := {
	"aws-current": ["EnableDnsSupport", "EnableDnsHostnames"],
	"aws-2023": ["EnableDnsSupport"],
}

_told(name) if is_boolean(network.attribute(input.context.Vpc, name))
