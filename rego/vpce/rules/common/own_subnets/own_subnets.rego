# METADATA
# title: No endpoint in a subnet shared with you
# description: Subnets given for an endpoint are owned by the account that creates it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
# custom:
#   id: VPCE-COMMON-026
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Have the owner of the VPC create the endpoint, or use subnets and route tables of your own account.
#   optional: [/context/RouteTables]
#   reads:
#     - /request/SubnetIds
#     - /request/AddSubnetIds
#     - /request/SubnetConfigurations
#     - /request/RouteTableIds
#     - /request/AddRouteTableIds
#     - /context/AccountId
#     - /context/Subnets
#     - /context/RouteTables
#   aws:
#   - text: You cannot create, describe, modify or delete endpoints in subnets shared with you.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
#     status: documented
#   assumptions:
#     - a route table of the context without OwnerId is one of the account
#     - a subnet that the same document creates is one of the account
package vpce.rules.common.own_subnets

import data.vpce.lib.endpoint
import data.vpce.lib.ids
import data.vpce.lib.network
import data.vpce.lib.routes

deny contains {"message": message, "path": subnet.path} if {
	endpoint.remains
	some subnet in _subnets
	some told in network.subnets[subnet.id]
	told.OwnerId != _account
	message := $"{subnet.id} is shared by {told.OwnerId}, and {_account} makes the request"
}

deny contains {"message": message, "path": table.path} if {
	endpoint.remains
	some table in endpoint.route_tables
	some told in routes.tables[table.id]
	told.OwnerId != _account
	message := $"{table.id} belongs to {told.OwnerId}, and {_account} makes the request"
}

undetermined contains {"reason": reason, "missing": ["/context/AccountId"]} if {
	endpoint.remains
	not _account
	some subnet in _subnets
	not _made_here(subnet.id)
	reason := "which account makes the request is not known"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	endpoint.remains
	some subnet in _subnets
	not _told(subnet.id)
	not _made_here(subnet.id)
	reason := $"which account {subnet.id} belongs to is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	members := ["SubnetIds", "AddSubnetIds", "SubnetConfigurations", "RouteTableIds", "AddRouteTableIds"]
	hidden := endpoint.unknown_members(input, members)
	count(hidden) > 0
	reason := "which subnets or route tables the endpoint gets is not known yet"
}

_account := input.context.AccountId

_subnets contains subnet if {
	some subnet in endpoint.subnets
	startswith(subnet.path, "/request/")
}

# A subnet that the same document creates belongs to whoever creates the endpoint.
_made_here(id) if {
	ids.stands_for_one(id)
	some _ in network.subnets[id]
}

_told(id) if {
	some told in network.subnets[id]
	told.OwnerId
}
