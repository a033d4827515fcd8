provider "aws" {
  region = "us-west-2"
}

resource "aws_vpc" "main" {
  cidr_block                       = "10.32.0.0/16"
  assign_generated_ipv6_cidr_block = true
  enable_dns_hostnames             = true
}

resource "aws_subnet" "main" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  availability_zone = ["us-west-2a", "us-west-2b"][count.index]
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  ipv6_cidr_block   = cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, count.index)
}

resource "aws_subnet" "ipv4_only" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "us-west-2b"
  cidr_block        = "10.32.100.0/24"
}

resource "aws_security_group" "endpoints" {
  name   = "endpoints"
  vpc_id = aws_vpc.main.id
  ingress {
    protocol         = "tcp"
    from_port        = 443
    to_port          = 443
    cidr_blocks      = ["10.32.0.0/16"]
    ipv6_cidr_blocks = ["::/0"]
  }
}

data "aws_vpc_endpoint_service" "logs" {
  service = "logs"
}

resource "aws_vpc_endpoint" "logs" {
  vpc_id              = aws_vpc.main.id
  service_name        = data.aws_vpc_endpoint_service.logs.service_name
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  ip_address_type     = "dualstack"
  subnet_ids          = [aws_subnet.main[0].id, aws_subnet.main[1].id]
  security_group_ids  = [aws_security_group.endpoints.id]
  dns_options {
    dns_record_ip_type = "dualstack"
  }
}
