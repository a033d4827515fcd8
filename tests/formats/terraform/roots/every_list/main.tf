provider "aws" {
  region = "us-east-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.20.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "main" {
  count             = 3
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.20.${count.index}.0/24"
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

variable "small" {
  type    = bool
  default = false
}

locals {
  by_zone = { for subnet in aws_subnet.main : subnet.availability_zone => subnet.id... }
  services = {
    slice       = { name = "sqs", subnets = slice(aws_subnet.main[*].id, 0, 2) }
    element     = { name = "sns", subnets = [element(aws_subnet.main[*].id, 3), element(aws_subnet.main[*].id, 4)] }
    grouped     = { name = "kms", subnets = [for zone, ids in local.by_zone : ids[0]] }
    conditional = { name = "ssm", subnets = var.small ? [aws_subnet.main[0].id] : [aws_subnet.main[1].id, aws_subnet.main[2].id] }
    filtered    = { name = "ecs", subnets = [for subnet in aws_subnet.main : subnet.id if !startswith(subnet.cidr_block, "10.20.0.")] }
    keyed       = { name = "sts", subnets = values(zipmap(["a", "b"], slice(aws_subnet.main[*].id, 1, 3))) }
    coalesced   = { name = "events", subnets = coalescelist([], aws_subnet.main.*.id) }
  }
}

data "aws_vpc_endpoint_service" "this" {
  for_each = { for key, one in local.services : one.name => key }
  service  = each.key
}

resource "aws_vpc_endpoint" "this" {
  for_each            = { for key, one in local.services : key => one if key != "coalesced" }
  vpc_id              = aws_vpc.main.id
  service_name        = data.aws_vpc_endpoint_service.this[each.value.name].service_name
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = toset(each.value.subnets)
  security_group_ids  = aws_security_group.endpoints[*].id
}
