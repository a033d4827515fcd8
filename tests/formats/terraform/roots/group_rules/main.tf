provider "aws" {
  region = "us-east-1"
}

locals {
  rules = {
    https = { port = 443, from = "clients" }
    ping  = { port = -1, from = "self", protocol = "icmp" }
  }
}

resource "aws_vpc" "main" {
  cidr_block           = "10.24.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "main" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.24.0.0/24"
  availability_zone = "us-east-1a"
}

resource "aws_security_group" "clients" {
  name   = "clients"
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group" "endpoints" {
  name                   = "endpoints"
  vpc_id                 = aws_vpc.main.id
  revoke_rules_on_delete = true
}

resource "aws_security_group_rule" "this" {
  for_each                 = local.rules
  type                     = "ingress"
  security_group_id        = aws_security_group.endpoints.id
  protocol                 = try(each.value.protocol, "tcp")
  from_port                = each.value.port
  to_port                  = each.value.port
  self                     = each.value.from == "self" ? true : null
  source_security_group_id = each.value.from == "self" ? null : aws_security_group.clients.id
}

resource "aws_security_group" "split" {
  name   = "split"
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "split" {
  for_each                     = { clients = aws_security_group.clients.id }
  security_group_id            = aws_security_group.split.id
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "clients" {
  security_group_id            = aws_security_group.clients.id
  referenced_security_group_id = aws_security_group.endpoints.id
  ip_protocol                  = "-1"
}

data "aws_vpc_endpoint_service" "sqs" {
  service = "sqs"
}

data "aws_vpc_endpoint_service" "sns" {
  service = "sns"
}

resource "aws_vpc_endpoint" "sqs" {
  vpc_id              = aws_vpc.main.id
  service_name        = data.aws_vpc_endpoint_service.sqs.service_name
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.main.id]
  security_group_ids  = [aws_security_group.endpoints.id]
}

resource "aws_vpc_endpoint" "sns" {
  vpc_id              = aws_vpc.main.id
  service_name        = data.aws_vpc_endpoint_service.sns.service_name
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.main.id]
  security_group_ids  = [aws_security_group.split.id]
}
