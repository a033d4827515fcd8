provider "aws" {
  region = "us-east-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.35.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "main" {
  count             = 3
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.35.${count.index}.0/24"
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

locals {
  services = { sqs = "sqs.us-east-1.amazonaws.com", kms = "kms.us-east-1.amazonaws.com" }
}

data "aws_vpc_endpoint_service" "this" {
  for_each = local.services
  service  = each.key
}

resource "aws_vpc_endpoint" "this" {
  for_each            = local.services
  vpc_id              = aws_vpc.main.id
  service_name        = data.aws_vpc_endpoint_service.this[each.key].service_name
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = false
  subnet_ids          = slice(aws_subnet.main[*].id, 0, 2)
  security_group_ids  = [aws_security_group.endpoints.id]
}

resource "aws_route53_zone" "this" {
  for_each = local.services
  name     = each.value
  vpc {
    vpc_id = aws_vpc.main.id
  }
}

resource "aws_route53_record" "this" {
  for_each = local.services
  zone_id  = aws_route53_zone.this[each.key].zone_id
  name     = each.value
  type     = "A"
  alias {
    name                   = aws_vpc_endpoint.this[each.key].dns_entry[0].dns_name
    zone_id                = aws_vpc_endpoint.this[each.key].dns_entry[0].hosted_zone_id
    evaluate_target_health = true
  }
}
