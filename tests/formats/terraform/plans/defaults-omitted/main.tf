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

# Nothing but what is required: a gateway endpoint on no route table.
resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0a000000000000001"
  service_name = "com.amazonaws.us-east-1.s3"
}

# The same, said in many words: empty sets and nulls.
resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id              = "vpc-0a000000000000001"
  service_name        = "com.amazonaws.us-east-1.dynamodb"
  vpc_endpoint_type   = null
  route_table_ids     = []
  subnet_ids          = []
  security_group_ids  = null
  private_dns_enabled = null
  policy              = null
  tags                = {}
}

# An interface endpoint that leaves out everything optional.
resource "aws_vpc_endpoint" "sqs" {
  vpc_id            = "vpc-0a000000000000001"
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
}
