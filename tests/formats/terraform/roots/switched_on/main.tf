provider "aws" {
  region = "us-east-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.30.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "main" {
  count             = 3
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.30.${count.index}.0/24"
  availability_zone = element(["us-east-1a", "us-east-1b"], count.index)
}

resource "aws_security_group" "endpoints" {
  name   = "endpoints"
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = [aws_vpc.main.cidr_block]
  }
}

variable "endpoints" {
  type = map(object({
    enabled = optional(bool, true)
    dns     = optional(bool)
    subnets = optional(number, 2)
  }))
  default = {
    kms  = {}
    ssm  = { subnets = 1 }
    sns  = { enabled = false }
  }
}

variable "create_s3" {
  type    = bool
  default = true
}

locals {
  enabled = { for name, one in var.endpoints : name => one if one.enabled }
}

data "aws_prefix_list" "s3" {
  count = var.create_s3 ? 1 : 0
  name  = "com.amazonaws.us-east-1.s3"
}

data "aws_vpc_endpoint_service" "this" {
  for_each = local.enabled
  service  = each.key
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_endpoint" "this" {
  for_each            = local.enabled
  vpc_id              = one(aws_vpc.main[*].id)
  service_name        = data.aws_vpc_endpoint_service.this[each.key].service_name
  vpc_endpoint_type   = data.aws_vpc_endpoint_service.this[each.key].service_type
  private_dns_enabled = coalesce(each.value.dns, true)
  subnet_ids          = slice(aws_subnet.main[*].id, 0, each.value.subnets)
  security_group_ids  = compact([aws_security_group.endpoints.id, ""])
}

resource "aws_vpc_endpoint" "s3" {
  count           = var.create_s3 ? 1 : 0
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.us-east-1.s3"
  route_table_ids = [aws_route_table.main.id]
}

resource "aws_vpc_endpoint" "never" {
  count        = var.create_s3 ? 0 : 1
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.us-east-1.s3"
}

output "s3" {
  value = try(aws_vpc_endpoint.s3[0].id, null)
}
