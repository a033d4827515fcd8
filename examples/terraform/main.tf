# A small VPC that already exists, and six VPC endpoints that are about to be
# added to it. Two of the six are fine; the comments in local.endpoints say what
# the other four are there to show.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      Environment = var.environment
      ManagedBy   = "terraform"
    }
  }
}

# --- the network: applied before, so every id here is known -----------------

resource "aws_vpc" "main" {
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.name }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id

  tags = { Name = var.name }
}

resource "aws_subnet" "private" {
  for_each = var.private_subnets

  vpc_id            = aws_vpc.main.id
  availability_zone = each.value.availability_zone
  cidr_block        = each.value.cidr_block

  tags = { Name = "private-${each.key}" }
}

resource "aws_subnet" "public" {
  vpc_id                  = aws_vpc.main.id
  availability_zone       = "${var.region}a"
  cidr_block              = cidrsubnet(var.vpc_cidr, 8, 101)
  map_public_ip_on_launch = true

  tags = { Name = "public-a" }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id

  tags = { Name = "private" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }

  tags = { Name = "public" }
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  route_table_id = aws_route_table.private.id
  subnet_id      = each.value.id
}

resource "aws_route_table_association" "public" {
  route_table_id = aws_route_table.public.id
  subnet_id      = aws_subnet.public.id
}

resource "aws_security_group" "endpoints" {
  name        = "vpc-endpoints"
  description = "HTTPS from the VPC to interface endpoints"
  vpc_id      = aws_vpc.main.id

  tags = { Name = "vpc-endpoints" }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints_https" {
  security_group_id = aws_security_group.endpoints.id
  description       = "HTTPS from the VPC"
  cidr_ipv4         = aws_vpc.main.cidr_block
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# --- what this plan adds ----------------------------------------------------

# A third subnet. Its id is known only after apply.
resource "aws_subnet" "extra" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "${var.region}c"
  cidr_block        = cidrsubnet(var.vpc_cidr, 8, 3)

  tags = { Name = "private-c" }
}

locals {
  endpoints = {
    # Fine: two subnets in two Availability Zones.
    sqs = {
      service_name        = "com.amazonaws.${var.region}.sqs"
      type                = "Interface"
      subnet_ids          = [aws_subnet.private["a1"].id, aws_subnet.private["b1"].id]
      security_group_ids  = [aws_security_group.endpoints.id]
      private_dns_enabled = true
    }

    # Denied: both subnets are in the same Availability Zone.
    kms = {
      service_name        = "com.amazonaws.${var.region}.kms"
      type                = "Interface"
      subnet_ids          = [aws_subnet.private["a1"].id, aws_subnet.private["a2"].id]
      security_group_ids  = [aws_security_group.endpoints.id]
      private_dns_enabled = true
    }

    # Fine: S3 through a gateway, on the private route table.
    s3 = {
      service_name    = "com.amazonaws.${var.region}.s3"
      type            = "Gateway"
      route_table_ids = [aws_route_table.private.id]
    }

    # Denied: gateway endpoints exist for S3 and DynamoDB only.
    sns = {
      service_name    = "com.amazonaws.${var.region}.sns"
      type            = "Gateway"
      route_table_ids = [aws_route_table.private.id]
    }

    # Denied: a Gateway Load Balancer endpoint takes no security groups.
    inspection = {
      service_name       = var.inspection_service_name
      type               = "GatewayLoadBalancer"
      subnet_ids         = [aws_subnet.private["b1"].id]
      security_group_ids = [aws_security_group.endpoints.id]
    }

    # Cannot be judged fully: one of the subnets is created by this same plan.
    "ecr.api" = {
      service_name        = "com.amazonaws.${var.region}.ecr.api"
      type                = "Interface"
      subnet_ids          = [aws_subnet.private["a1"].id, aws_subnet.extra.id]
      security_group_ids  = [aws_security_group.endpoints.id]
      private_dns_enabled = true
    }
  }
}

module "endpoints" {
  source = "./modules/endpoints"

  vpc_id    = aws_vpc.main.id
  endpoints = local.endpoints
}

# --- nothing to do with endpoints -------------------------------------------

resource "aws_cloudwatch_log_group" "app" {
  name              = "/${var.name}/app"
  retention_in_days = 30
}

resource "aws_iam_role" "app" {
  name = "${var.name}-app"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

output "endpoint_ids" {
  value = module.endpoints.ids
}
