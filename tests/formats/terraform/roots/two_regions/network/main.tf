variable "cidr" {
  type = string
}

data "aws_region" "here" {}

data "aws_availability_zones" "here" {
  state = "available"
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
}

resource "aws_subnet" "this" {
  count             = 2
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(var.cidr, 8, count.index)
  availability_zone = data.aws_availability_zones.here.names[count.index]
}

resource "aws_route_table" "this" {
  vpc_id = aws_vpc.this.id
}

module "group" {
  source = "./group"
  vpc_id = aws_vpc.this.id
  cidrs  = [var.cidr]
}

data "aws_vpc_endpoint_service" "logs" {
  service = "logs"
}

resource "aws_vpc_endpoint" "logs" {
  vpc_id              = aws_vpc.this.id
  service_name        = format("com.amazonaws.%s.logs", data.aws_region.here.name)
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = aws_subnet.this.*.id
  security_group_ids  = module.group.ids
}

output "vpc_id" {
  value = aws_vpc.this.id
}

output "route_table_id" {
  value = one(aws_route_table.this[*].id)
}
