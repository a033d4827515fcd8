variable "zones" {
  type = list(string)
}

variable "tiers" {
  type    = set(string)
  default = ["app", "data"]
}

locals {
  pairs = { for pair in setproduct(var.tiers, var.zones) : "${pair[0]}-${pair[1]}" => { tier = pair[0], zone = pair[1] } }
}

resource "aws_vpc" "this" {
  cidr_block           = "10.30.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "this" {
  for_each          = local.pairs
  vpc_id            = aws_vpc.this.id
  availability_zone = each.value.zone
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, index(sort(keys(local.pairs)), each.key))
}

resource "aws_route_table" "app" {
  count  = length(var.zones)
  vpc_id = aws_vpc.this.id
}

resource "aws_route_table" "more" {
  for_each = toset(["data"])
  vpc_id   = aws_vpc.this.id
}

output "vpc_id" {
  value = aws_vpc.this.id
}

output "tiers" {
  value = { for tier in var.tiers : tier => [for key, pair in local.pairs : aws_subnet.this[key].id if pair.tier == tier] }
}

output "route_table_ids" {
  value = aws_route_table.app[*].id
}

output "more_route_table_ids" {
  value = [for table in aws_route_table.more : table.id]
}
