terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "vpc_id" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

module "endpoints" {
  source = "../endpoint"
  for_each = {
    "sqs"        = "sqs"
    "ecr.api"    = "ecr.api"
    "say \"hi\"" = "kms"
  }

  vpc_id     = var.vpc_id
  subnet_ids = var.subnet_ids
  services   = { "a/b[0].c" = each.value }
}
