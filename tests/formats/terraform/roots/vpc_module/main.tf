provider "aws" {
  region = "us-east-1"
}

locals {
  cidr = "10.1.0.0/16"
  azs  = ["us-east-1a", "us-east-1b", "us-east-1c"]
}

module "vpc" {
  source          = "./modules/vpc"
  name            = "main"
  cidr            = local.cidr
  azs             = local.azs
  private_subnets = [for index, zone in local.azs : cidrsubnet(local.cidr, 8, index)]
  public_subnets  = [for index, zone in local.azs : cidrsubnet(local.cidr, 8, index + 100)]
}

module "endpoints" {
  source                     = "./modules/vpc-endpoints"
  vpc_id                     = module.vpc.vpc_id
  create_security_group      = true
  security_group_name_prefix = "endpoints-"
  security_group_rules = {
    ingress_https = { description = "HTTPS from the VPC", cidr_blocks = [module.vpc.vpc_cidr_block] }
  }
  subnet_ids = module.vpc.private_subnets
  endpoints = {
    s3 = {
      service         = "s3"
      service_type    = "Gateway"
      route_table_ids = flatten([module.vpc.private_route_table_ids, module.vpc.public_route_table_ids])
    }
    sqs = { service = "sqs", private_dns_enabled = true }
    ecr = { service = "ecr.dkr", private_dns_enabled = true, subnet_ids = slice(module.vpc.private_subnets, 0, 2) }
    off = { service = "sns", create = false }
  }
}
