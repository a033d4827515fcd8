provider "aws" {
  region = "us-east-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.6.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "main" {
  count             = 3
  vpc_id            = aws_vpc.main.id
  availability_zone = ["us-east-1a", "us-east-1b", "us-east-1a"][count.index]
  cidr_block        = "10.6.${count.index}.0/24"
  tags              = { Number = count.index }
}

resource "aws_route_table" "main" {
  count  = 2
  vpc_id = aws_vpc.main.id
  tags   = { Number = count.index }
}

resource "aws_security_group" "endpoints" {
  name   = "endpoints"
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.us-east-1.s3"
  route_table_ids = [aws_route_table.main[0].id]
}

resource "aws_vpc_endpoint" "kms" {
  vpc_id             = aws_vpc.main.id
  service_name       = "com.amazonaws.us-east-1.kms"
  vpc_endpoint_type  = "Interface"
  subnet_ids         = [aws_subnet.main[0].id]
  security_group_ids = [aws_security_group.endpoints.id]
}
