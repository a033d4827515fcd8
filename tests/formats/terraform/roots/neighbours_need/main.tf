provider "aws" {
  region     = "us-east-1"
  access_key = "test"
  secret_key = "test"
}

module "network" {
  source   = "./network"
  for_each = { apps = "10.41.0.0/16", data = "10.42.0.0/16", idle = "10.43.0.0/16" }
  cidr     = each.value
  buckets  = ["arn:aws:s3:::own-${each.key}/*"]
}

module "cluster" {
  source     = "./cluster"
  subnet_ids = module.network["apps"].private_subnet_ids
  groups     = { system = "t3.large", batch = "m6i.xlarge" }
}

resource "aws_imagebuilder_infrastructure_configuration" "images" {
  name                  = "images"
  instance_profile_name = "images"
  security_group_ids    = [module.network["data"].security_group_id]
  subnet_id             = module.network["data"].private_subnet_ids[0]
}
