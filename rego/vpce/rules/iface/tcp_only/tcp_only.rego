# METADATA
# title: Clients use TCP
# description: Declared traffic is TCP; UDP is acceptable only for endpoint services behind an NLB that offer
#   it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
# custom:
#   id: VPCE-IFACE-026
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: accepted-but-useless
#   remediation: Use TCP, or reach the service over peering or a transit gateway for other protocols.
#   operations: [create]
#   optional: [/intent/protocols]
#   reads:
#     - /request/ServiceName
#     - /intent/protocols
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 6
#       paraphrase: IPv4 TCP traffic only
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: table row "Protocol Support"
#       paraphrase: TCP and TLS via ENI
#   aws:
#   - text: PrivateLink supports UDP services behind NLBs (announced with dualstack-NLB UDP, Oct/Nov 2024).
#     doc: https://aws.amazon.com/blogs/networking-and-content-delivery/accelerate-ipv6-application-migration-with-aws-privatelink-and-dual-stack-network-load-balancers-udp-support
#     status: documented
#   - text: No UDP fragmentation across Regions.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
#     status: documented
package vpce.rules.iface.tcp_only

import data.vpce.lib.endpoint
import data.vpce.lib.service

deny contains {"message": message, "path": "/request/ServiceName"} if {
	input.operation == "create"
	some protocol in _unusual
	not _offered(protocol)
	count(_hidden) == 0
	service_name := object.get(input.endpoint, "ServiceName", "the service")
	message := $"{protocol} is declared, but an interface endpoint to {service_name} carries only TCP"
}

undetermined contains {"reason": reason, "missing": sort(_hidden)} if {
	input.operation == "create"
	count(_unusual) > 0
	count(_hidden) > 0
	reason := "whether the service takes more than TCP is not known, as its name is not known yet"
}

# What runs over TCP is TCP.
_unusual := {protocol |
	some declared in input.intent.protocols
	protocol := lower(declared)
	not protocol in {"tcp", "tls", "https", "http"}
}

# Since 2024 a Network Load Balancer may offer UDP through its endpoint service; services of AWS do not.
_offered(protocol) if {
	input.profile == "aws-current"
	protocol == "udp"
	service.parsed.form == "endpoint-service"
}

_hidden := endpoint.unknown_members(input, ["ServiceName"])
