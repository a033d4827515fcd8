variable "service" {
  type = string
}

variable "network" {
  type = any
}

data "aws_vpc_endpoint_service" "this" {
  service = var.service
}

resource "aws_security_group" "this" {
  name   = "endpoint-${var.service}"
  vpc_id = var.network.vpc.id
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  security_group_id = aws_security_group.this.id
  cidr_ipv4         = var.network.vpc.cidr_block
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_endpoint" "this" {
  vpc_id              = var.network.vpc.id
  service_name        = data.aws_vpc_endpoint_service.this.service_name
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = values(var.network.subnets)
  security_group_ids  = [aws_security_group.this.id]
}
