terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

module "network" {
  source = "./modules/network"
  count  = 2

  vpc_id = ["vpc-0a000000000000001", "vpc-0a000000000000002"][count.index]
  subnet_ids = [
    ["subnet-0a000000000000001", "subnet-0a000000000000002"],
    ["subnet-0a000000000000003", "subnet-0a000000000000004"],
  ][count.index]
}

resource "aws_vpc_endpoint" "direct" {
  count = 2

  vpc_id          = "vpc-0a000000000000003"
  service_name    = "com.amazonaws.us-east-1.${["s3", "dynamodb"][count.index]}"
  route_table_ids = ["rtb-0a000000000000001"]
}
