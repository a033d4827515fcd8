# METADATA
# title: No private hosted zone of the VPC has the same name
# description: No private hosted zone of the customer for the service's private DNS name is associated with the VPC.
# related_resources:
# - ref: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html
# custom:
#   id: VPCE-IFACE-018
#   kind: aws-api
#   severity: warning
#   enforcement_action: warn
#   effect: hygiene
#   hop: dns
#   remediation: Disassociate the hosted zone from the VPC, or set PrivateDnsEnabled to false.
#   reads:
#     - /request/PrivateDnsEnabled
#     - /request/ServiceName
#     - /request/VpcId
#     - /context/PrivateHostedZones
#     - /context/ServiceDetails
#     - /defaults/PrivateDnsEnabled
#   aws:
#   - text: The documentation warns not to create private hosted zones that override DynamoDB names.
#     doc: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html
#     status: documented
#   assumptions:
#     - That the API refuses a private hosted zone of the same name is not documented, so the rule only warns.
#     - a zone of the context that names no VPCs is associated with the VPC of the endpoint
#     - A zone whose Owner has OwningService is taken to be one that AWS made for an endpoint, and no own zone.
#     - AWS makes a zone of the bare domain for a wildcard name
package vpce.rules.iface.no_own_hosted_zone

import data.vpce.lib.endpoint
import data.vpce.lib.privatedns
import data.vpce.lib.service

deny contains {"message": message, "path": "/request/PrivateDnsEnabled"} if {
	privatedns.turned_on
	some zone in input.context.PrivateHostedZones
	some name in service.api_hosts
	_domain(zone.Name) == _domain(name)
	_own(zone)
	_with_vpc(zone)
	message := $"the private hosted zone {zone.Name} of the VPC overlaps the private DNS name {name} of the endpoint"
}

undetermined contains {"reason": reason, "missing": ["/context/PrivateHostedZones"]} if {
	_may_ask
	not _zones_told
	reason := "the private hosted zones of the VPC are not known"
}

undetermined contains {"reason": reason, "missing": sort(_hidden)} if {
	count(_hidden) > 0
	count(_zones_in_question) > 0
	zones := concat(", ", sort(_zones_in_question))
	reason := $"whether private DNS would clash with the hosted zone {zones} is not known yet"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	count(_hidden) == 0
	count(_zones_in_question) > 0
	not service.private_dns_names
	reason := $"the private DNS names of {service.name} are not known, so they cannot be compared with the hosted zones"
}

_may_ask if privatedns.turned_on

_may_ask if {
	endpoint.remains
	count(privatedns.open) > 0
}

_hidden := privatedns.open | endpoint.unknown_members(input, ["ServiceName", "VpcId"])

# Own zones that may be for a name of the service and may be those of the VPC.
_zones_in_question := {zone.Name |
	_may_ask
	some zone in input.context.PrivateHostedZones
	_own(zone)
	_may_match(zone)
	_may_be_with_vpc(zone)
}

_may_match(zone) if {
	some name in service.api_hosts
	_domain(zone.Name) == _domain(name)
}

_may_match(_) if not service.private_dns_names

_may_be_with_vpc(zone) if _with_vpc(zone)

_may_be_with_vpc(_) if not _vpc_known

_vpc_known if is_string(input.endpoint.VpcId)

_zones_told if is_array(input.context.PrivateHostedZones)

_own(zone) if not zone.Owner.OwningService

_with_vpc(zone) if object.get(zone, "VPCs", null) == null

_with_vpc(zone) if {
	some vpc in zone.VPCs
	vpc.VPCId == input.endpoint.VpcId # Route 53 spells it so
}

_domain(name) := trim_prefix(trim_suffix(lower(name), "."), "*.")
