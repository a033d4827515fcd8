provider "aws" {
  region = "us-east-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.41.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "main" {
  count             = 3
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.41.${count.index}.0/24"
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

resource "aws_lb" "own" {
  name               = "own"
  load_balancer_type = "network"
  internal           = true
  subnets            = [aws_subnet.main[0].id, aws_subnet.main[1].id]
}

resource "aws_vpc_endpoint_service" "own" {
  acceptance_required        = false
  network_load_balancer_arns = [aws_lb.own.arn]
}

resource "aws_vpc" "consumer" {
  cidr_block           = "10.141.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "consumer" {
  vpc_id            = aws_vpc.consumer.id
  cidr_block        = "10.141.0.0/24"
  availability_zone = "us-east-1a"
}

resource "aws_security_group" "consumer" {
  name   = "consumer"
  vpc_id = aws_vpc.consumer.id
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = [aws_vpc.consumer.cidr_block]
  }
}

resource "aws_vpc_endpoint" "own" {
  vpc_id             = aws_vpc.consumer.id
  service_name       = aws_vpc_endpoint_service.own.service_name
  vpc_endpoint_type  = "Interface"
  subnet_ids         = [aws_subnet.consumer.id]
  security_group_ids = [aws_security_group.consumer.id]
}
