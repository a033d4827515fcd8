variable "context" {
  type    = object({ enabled = optional(bool), namespace = optional(string) })
  default = {}
}

variable "vpc_id" {
  type = string
}

variable "gateway_vpc_endpoints" {
  type = map(object({
    name            = string
    policy          = string
    route_table_ids = list(string)
  }))
  default = {}
}

variable "interface_vpc_endpoints" {
  type = map(object({
    name                = string
    subnet_ids          = list(string)
    policy              = optional(string)
    security_group_ids  = list(string)
    private_dns_enabled = optional(bool, false)
  }))
  default = {}
}

locals {
  enabled   = coalesce(var.context.enabled, true)
  gateway   = local.enabled ? var.gateway_vpc_endpoints : {}
  interface = local.enabled ? var.interface_vpc_endpoints : {}
  route_table_associations = flatten([
    for key, endpoint in local.gateway : [
      for index, table in endpoint.route_table_ids : { key = key, index = index, table = table }
    ]
  ])
  subnet_associations = merge([
    for key, endpoint in local.interface : {
      for index in range(length(endpoint.subnet_ids)) : "${key}-${index}" => { key = key, index = index }
    }
  ]...)
}

data "aws_vpc_endpoint_service" "gateway" {
  for_each     = local.gateway
  service      = each.value.name
  service_type = "Gateway"
}

data "aws_vpc_endpoint_service" "interface" {
  for_each     = local.interface
  service      = each.value.name
  service_type = "Interface"
}

resource "aws_vpc_endpoint" "gateway" {
  for_each          = local.gateway
  service_name      = data.aws_vpc_endpoint_service.gateway[each.key].service_name
  policy            = each.value.policy
  vpc_endpoint_type = data.aws_vpc_endpoint_service.gateway[each.key].service_type
  vpc_id            = var.vpc_id
}

resource "aws_vpc_endpoint_route_table_association" "gateway" {
  count           = length(local.route_table_associations)
  route_table_id  = local.route_table_associations[count.index].table
  vpc_endpoint_id = aws_vpc_endpoint.gateway[local.route_table_associations[count.index].key].id
}

resource "aws_vpc_endpoint" "interface" {
  for_each            = local.interface
  service_name        = data.aws_vpc_endpoint_service.interface[each.key].service_name
  policy              = each.value.policy
  security_group_ids  = each.value.security_group_ids
  vpc_endpoint_type   = data.aws_vpc_endpoint_service.interface[each.key].service_type
  vpc_id              = var.vpc_id
  private_dns_enabled = each.value.private_dns_enabled
}

resource "aws_vpc_endpoint_subnet_association" "interface" {
  for_each        = local.subnet_associations
  subnet_id       = local.interface[each.value.key].subnet_ids[each.value.index]
  vpc_endpoint_id = aws_vpc_endpoint.interface[each.value.key].id
}
