provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

module "east" {
  source = "./network"
  cidr   = "10.17.0.0/16"
}

module "west" {
  source    = "./network"
  cidr      = "10.18.0.0/16"
  providers = { aws = aws.west }
}

resource "aws_vpc_endpoint" "west_dynamodb" {
  provider        = aws.west
  vpc_id          = module.west.vpc_id
  service_name    = "com.amazonaws.us-west-2.dynamodb"
  route_table_ids = [module.west.route_table_id]
}
