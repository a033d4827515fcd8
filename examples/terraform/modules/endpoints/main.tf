terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "vpc_id" {
  type = string
}

variable "endpoints" {
  description = "VPC endpoints to create, by a name of your choice."
  type = map(object({
    service_name        = string
    type                = string
    subnet_ids          = optional(list(string))
    security_group_ids  = optional(list(string))
    route_table_ids     = optional(list(string))
    private_dns_enabled = optional(bool)
    policy              = optional(string)
  }))
}

resource "aws_vpc_endpoint" "this" {
  for_each = var.endpoints

  vpc_id              = var.vpc_id
  service_name        = each.value.service_name
  vpc_endpoint_type   = each.value.type
  subnet_ids          = each.value.subnet_ids
  security_group_ids  = each.value.security_group_ids
  route_table_ids     = each.value.route_table_ids
  private_dns_enabled = each.value.private_dns_enabled
  policy              = each.value.policy

  tags = { Name = each.key }
}

output "ids" {
  value = { for name, endpoint in aws_vpc_endpoint.this : name => endpoint.id }
}
