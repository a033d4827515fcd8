# METADATA
# title: Private DNS is on, and off in central DNS VPCs
# description: Interface endpoints to AWS services have private DNS unless the service has none or the VPC is
#   a spoke of a central-endpoint design.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
#   description: clients reach the endpoint under the name they use already
# custom:
#   id: VPCE-ORG-013
#   kind: org
#   severity: warning
#   enforcement_action: warn
#   effect: org-decision
#   remediation: Set PrivateDnsEnabled to true.
#   reads:
#     - /request/PrivateDnsEnabled
#     - /current/PrivateDnsEnabled
#     - /context/ServiceDetails
#     - /request/VpcId
#     - /org/dns
#     - /defaults/PrivateDnsEnabled
package vpce.rules.org.private_dns

import data.vpce.lib.endpoint
import data.vpce.lib.org
import data.vpce.lib.privatedns
import data.vpce.lib.service

deny contains object.union({"message": message, "path": org.at("PrivateDnsEnabled")}, _fix(true)) if {
	_asked
	not _central
	count(_unsaid) == 0
	not _on
	count(service.private_dns_names) > 0
	message := $"private DNS is off for {service.name}, so clients still resolve its public name and use the internet"
}

deny contains object.union(
	{"message": message, "path": org.at("PrivateDnsEnabled"), "remediation": remediation},
	_fix(false),
) if {
	_asked
	_central
	_on
	message := $"{input.endpoint.VpcId} is a central DNS VPC: turn private DNS off here"
	remediation := "Set PrivateDnsEnabled to false and serve the names from a private hosted zone shared with other VPCs."
}

undetermined contains {"reason": "whether private DNS is on is not known yet", "missing": _unsaid} if {
	_asked
	count(_unsaid) > 0
	not service.private_dns_names == set()
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	_asked
	not _central
	not _on
	not service.private_dns_names
	reason := "the private DNS names of the service are not known"
}

_asked if {
	endpoint.remains
	endpoint.type == "Interface"
	service.of_aws
	data.org.dns.require_private_dns == true
	not org.names_service(object.get(data.org.dns, "exempt_services", []))
}

_on if input.endpoint.PrivateDnsEnabled == true

_on if privatedns.turned_on

_central if input.endpoint.VpcId in data.org.dns.central_vpcs

_unsaid := endpoint.unknown_members(input, ["PrivateDnsEnabled"]) | _of_unknown_vpc

# which VPC it is matters only where some are central
_of_unknown_vpc := endpoint.unknown_members(input, ["VpcId"]) if {
	count(data.org.dns.central_vpcs) > 0
} else := set()

_fix(value) := {"fix": [{"op": "add", "path": "/request/PrivateDnsEnabled", "value": value}]}
