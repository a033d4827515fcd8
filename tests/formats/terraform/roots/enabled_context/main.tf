provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.2.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet("10.2.0.0/16", 4, count.index)
  availability_zone = ["eu-west-1a", "eu-west-1b"][count.index]
}

resource "aws_route_table" "private" {
  count  = 2
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group" "kinesis" {
  name   = "kinesis"
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.2.0.0/16"]
  }
}

module "endpoints" {
  source = "./endpoints"
  vpc_id = aws_vpc.main.id
  gateway_vpc_endpoints = {
    s3       = { name = "s3", route_table_ids = aws_route_table.private[*].id, policy = null }
    dynamodb = { name = "dynamodb", route_table_ids = [aws_route_table.private[0].id], policy = null }
  }
  interface_vpc_endpoints = {
    kinesis = {
      name                = "kinesis-streams"
      security_group_ids  = [aws_security_group.kinesis.id]
      subnet_ids          = aws_subnet.private[*].id
      private_dns_enabled = true
    }
  }
}
