provider "aws" {
  region = "us-east-1"
}

module "network" {
  source = "./network"
  zones  = ["us-east-1a", "us-east-1b"]
}

module "endpoints" {
  source             = "./endpoints"
  vpc_id             = module.network.vpc_id
  subnet_ids         = module.network.tiers["app"]
  security_group_ids = [aws_security_group.endpoints.id]
  tags               = { Team = "network" }
  endpoints = {
    s3 = {
      service         = "s3"
      service_type    = "Gateway"
      route_table_ids = flatten([module.network.route_table_ids, module.network.more_route_table_ids])
    }
    sqs = { service = "sqs", private_dns_enabled = true }
    ecr = { service = "ecr.dkr", subnet_ids = module.network.tiers["data"] }
    one = { service_endpoint = "com.amazonaws.us-east-1.kms", subnet_ids = [module.network.tiers["data"][1]] }
    off = { service = "sns", create = false }
  }
}

resource "aws_security_group" "endpoints" {
  name_prefix = "endpoints-"
  vpc_id      = module.network.vpc_id
}
