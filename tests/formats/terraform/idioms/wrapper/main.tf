provider "aws" {
  region = "us-east-1"
}

locals {
  region    = "us-east-1"
  defaults  = { type = "Interface", tier = "app", dns = true }
  endpoints = {
    sqs = {}
    kms = { tier = "data", dns = false }
    s3  = { type = "Gateway" }
  }
  settings = { for name, given in local.endpoints : name => merge(local.defaults, given) }
}

resource "aws_vpc" "main" {
  cidr_block           = "10.40.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "this" {
  for_each = {
    app-a  = { zone = "us-east-1a", number = 0 }
    app-b  = { zone = "us-east-1b", number = 1 }
    data-a = { zone = "us-east-1a", number = 2 }
  }
  vpc_id            = aws_vpc.main.id
  availability_zone = each.value.zone
  cidr_block        = cidrsubnet("10.40.0.0/16", 8, each.value.number)
}

resource "aws_route_table" "this" {
  for_each = aws_subnet.this
  vpc_id   = each.value.vpc_id
}

resource "aws_vpc_endpoint" "this" {
  for_each            = local.settings
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.${local.region}.${each.key}"
  vpc_endpoint_type   = each.value.type
  private_dns_enabled = each.value.type == "Interface" ? each.value.dns : null
  subnet_ids          = each.value.type == "Interface" ? [for key, subnet in aws_subnet.this : subnet.id if startswith(key, each.value.tier)] : null
  route_table_ids     = each.value.type == "Gateway" ? [for table in aws_route_table.this : table.id] : null
}

resource "aws_vpc_endpoint" "counted" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.${element(["sns", "logs"], count.index)}"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [values(aws_subnet.this)[count.index].id]
}

resource "aws_vpc_endpoint_subnet_association" "more" {
  count           = 1
  vpc_endpoint_id = aws_vpc_endpoint.counted[count.index].id
  subnet_id       = aws_subnet.this["app-b"].id
}
