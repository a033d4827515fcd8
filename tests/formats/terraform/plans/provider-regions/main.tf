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

provider "aws" {
  alias  = "west"
  region = var.other_region
}

variable "other_region" {
  type    = string
  default = "us-west-2"
}

resource "aws_vpc_endpoint" "east" {
  vpc_id       = "vpc-0a000000000000001"
  service_name = "com.amazonaws.us-east-1.s3"
}

# Through a provider of another region.
resource "aws_vpc_endpoint" "west" {
  provider = aws.west

  vpc_id       = "vpc-0a000000000000002"
  service_name = "com.amazonaws.us-west-2.s3"
}

# Through the default provider, with the region given on the resource.
resource "aws_vpc_endpoint" "ireland" {
  region       = "eu-west-1"
  vpc_id       = "vpc-0a000000000000003"
  service_name = "com.amazonaws.eu-west-1.s3"
}

# Through a module that is handed the other provider.
module "west" {
  source    = "./modules/gateway"
  providers = { aws = aws.west }

  vpc_id = "vpc-0a000000000000002"
}
