terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { Team = "network" }
  }
}

variable "region" {
  default = "us-east-1"
}

locals {
  endpoints = {
    logs           = { private_dns = true }
    secretsmanager = { private_dns = true, subnets = ["one"], ip = "10.3.1.10" }
    s3             = { type = "Gateway", tables = ["one", "two"] }
    execute-api    = { private_dns = false, policy = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "*" }] } }
  }
  subnets = {
    one = { cidr = "10.3.1.0/24", az = "${var.region}a" }
    two = { cidr = "10.3.2.0/24", az = "${var.region}b" }
  }
}

resource "aws_vpc" "this" {
  cidr_block           = "10.3.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "this" {
  for_each          = local.subnets
  vpc_id            = aws_vpc.this.id
  cidr_block        = each.value.cidr
  availability_zone = each.value.az
}

resource "aws_route_table" "this" {
  for_each = toset(["one", "two"])
  vpc_id   = aws_vpc.this.id
}

resource "aws_security_group" "this" {
  name   = "endpoints"
  vpc_id = aws_vpc.this.id

  dynamic "ingress" {
    for_each = [443]
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = [aws_vpc.this.cidr_block]
    }
  }
}

resource "aws_vpc_endpoint" "this" {
  for_each            = local.endpoints
  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type   = try(each.value.type, "Interface")
  private_dns_enabled = try(each.value.private_dns, null)
  route_table_ids     = try([for key in each.value.tables : aws_route_table.this[key].id], null)
  security_group_ids  = try(each.value.type, "Interface") == "Interface" ? [aws_security_group.this.id] : null
  subnet_ids          = try(each.value.type, "Interface") == "Interface" ? [for key in try(each.value.subnets, keys(local.subnets)) : aws_subnet.this[key].id] : null
  policy              = can(each.value.policy) ? jsonencode(each.value.policy) : null

  dynamic "subnet_configuration" {
    for_each = try([each.value.ip], [])
    content {
      ipv4      = subnet_configuration.value
      subnet_id = aws_subnet.this[each.value.subnets[0]].id
    }
  }

  tags = { Name = each.key }
}
