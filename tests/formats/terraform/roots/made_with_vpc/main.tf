provider "aws" {
  region = "us-east-1"
}

data "aws_availability_zones" "available" {
  state = "available"
}

data "aws_vpc_endpoint_service" "s3" {
  service      = "s3"
  service_type = "Interface"
}

data "aws_vpc_endpoint_service" "sqs" {
  service = "sqs"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_vpc" "hub" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_subnet" "by_name" {
  vpc_id            = aws_vpc.main.id
  availability_zone = data.aws_availability_zones.available.names[0]
  cidr_block        = "10.0.0.0/24"
}

resource "aws_subnet" "by_id" {
  vpc_id               = aws_vpc.main.id
  availability_zone_id = data.aws_availability_zones.available.zone_ids[1]
  cidr_block           = "10.0.1.0/24"
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
}

resource "aws_default_security_group" "main" {
  vpc_id = aws_vpc.main.id

  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = [aws_vpc.main.cidr_block]
  }
}

resource "aws_network_acl" "private" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.by_name.id, aws_subnet.by_id.id]
}

resource "aws_network_acl_rule" "private" {
  for_each       = { in = false, out = true }
  network_acl_id = aws_network_acl.private.id
  rule_number    = 100
  egress         = each.value
  protocol       = "-1"
  rule_action    = "allow"
  cidr_block     = aws_vpc.main.cidr_block
}

resource "aws_route53_zone" "sqs" {
  name = "sqs.us-east-1.amazonaws.com"

  vpc {
    vpc_id = aws_vpc.hub.id
  }
}

resource "aws_route53_zone_association" "hub" {
  zone_id = aws_route53_zone.sqs.zone_id
  vpc_id  = aws_vpc.hub.id
}

resource "aws_vpc_endpoint" "main_table" {
  vpc_id          = aws_vpc.main.id
  service_name    = data.aws_vpc_endpoint_service.s3.service_name
  route_table_ids = [aws_vpc.main.main_route_table_id]
}

resource "aws_vpc_endpoint" "other_tables" {
  vpc_id          = aws_vpc.main.id
  service_name    = data.aws_vpc_endpoint_service.s3.service_name
  route_table_ids = [aws_route_table.private.id]
}

resource "aws_vpc_endpoint" "sqs" {
  vpc_id              = aws_vpc.main.id
  service_name        = data.aws_vpc_endpoint_service.sqs.service_name
  vpc_endpoint_type   = data.aws_vpc_endpoint_service.sqs.service_type
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.by_name.id, aws_subnet.by_id.id]
  security_group_ids  = [aws_vpc.main.default_security_group_id]
}
