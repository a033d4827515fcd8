variable "vpc_id" {
  type = string
}

variable "cidrs" {
  type = list(string)
}

resource "aws_security_group" "this" {
  name_prefix = "endpoints-"
  vpc_id      = var.vpc_id
}

resource "aws_security_group_rule" "https" {
  for_each          = toset(var.cidrs)
  type              = "ingress"
  security_group_id = aws_security_group.this.id
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = [each.value]
}

output "ids" {
  value = [aws_security_group.this.id]
}
