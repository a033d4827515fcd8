terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "name" {
  type = string
}

variable "cidr" {
  type = string
}

variable "services" {
  type    = list(string)
  default = ["kms", "sqs"]
}

data "aws_region" "current" {}

module "network" {
  source = "../network"
  cidr   = var.cidr
  zones  = [for letter in ["a", "b"] : "${data.aws_region.current.name}${letter}"]
}

module "endpoint" {
  source   = "../endpoint"
  for_each = toset(var.services)
  service  = each.key
  network  = module.network
}
