provider "aws" {
  region = "us-east-1"
}

variable "service_name" {
  type    = string
  default = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
}

locals {
  zones = ["us-east-1a", "us-east-1b"]
}

resource "aws_vpc" "main" {
  cidr_block = "10.21.0.0/16"
}

resource "aws_subnet" "inspection" {
  for_each          = toset(local.zones)
  vpc_id            = aws_vpc.main.id
  availability_zone = each.key
  cidr_block        = cidrsubnet("10.21.0.0/16", 12, index(local.zones, each.key))
}

resource "aws_route_table" "application" {
  for_each = toset(local.zones)
  vpc_id   = aws_vpc.main.id
}

resource "aws_vpc_endpoint" "inspection" {
  for_each          = aws_subnet.inspection
  vpc_id            = aws_vpc.main.id
  service_name      = var.service_name
  vpc_endpoint_type = "GatewayLoadBalancer"
  subnet_ids        = [each.value.id]
}

resource "aws_route" "inspection" {
  for_each               = aws_vpc_endpoint.inspection
  route_table_id         = aws_route_table.application[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  vpc_endpoint_id        = each.value.id
}
