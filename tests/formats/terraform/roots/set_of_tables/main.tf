provider "aws" {
  region = "us-east-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.42.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "main" {
  count             = 3
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.42.${count.index}.0/24"
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

variable "tables" {
  type    = set(string)
  default = ["a", "b"]
}

resource "aws_route_table" "main" {
  for_each = var.tables
  vpc_id   = aws_vpc.main.id
}

locals {
  tables = tolist(toset([for table in aws_route_table.main : table.id]))
}

data "aws_vpc_endpoint_service" "kms" {
  service = "kms"
}

resource "aws_vpc_endpoint" "gateway" {
  for_each     = toset(["s3", "dynamodb"])
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.us-east-1.${each.key}"
}

resource "aws_vpc_endpoint_route_table_association" "gateway" {
  count           = length(var.tables)
  vpc_endpoint_id = aws_vpc_endpoint.gateway["s3"].id
  route_table_id  = local.tables[count.index]
}

resource "aws_vpc_endpoint" "kms" {
  vpc_id              = aws_vpc.main.id
  service_name        = data.aws_vpc_endpoint_service.kms.service_name
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
}

resource "aws_vpc_endpoint_subnet_association" "kms" {
  for_each        = { first = aws_subnet.main[0].id, second = aws_subnet.main[1].id }
  vpc_endpoint_id = aws_vpc_endpoint.kms.id
  subnet_id       = each.value
}

resource "aws_vpc_endpoint_security_group_association" "kms" {
  vpc_endpoint_id             = aws_vpc_endpoint.kms.id
  security_group_id           = aws_security_group.endpoints.id
  replace_default_association = true
}
