provider "aws" {
  region = "us-east-1"
}

variable "endpoint_id" {
  type    = string
  default = "vpce-0123456789abcdef0"
}

variable "subnet_ids" {
  type    = list(string)
  default = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
}

resource "aws_vpc_endpoint_subnet_association" "this" {
  count           = length(var.subnet_ids)
  vpc_endpoint_id = var.endpoint_id
  subnet_id       = element(var.subnet_ids, count.index)
}
