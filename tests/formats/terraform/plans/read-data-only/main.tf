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

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_vpc" "main" {
  id = "vpc-0a000000000000001"
}

data "aws_subnet" "a" {
  id = "subnet-0a000000000000001"
}

resource "terraform_data" "principal" {
  input = data.aws_caller_identity.current.arn
}

# Read during apply only: it depends on something not yet created.
data "aws_iam_policy_document" "endpoint" {
  statement {
    actions   = ["sqs:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [terraform_data.principal.id]
    }
  }
}

output "policy" {
  value = data.aws_iam_policy_document.endpoint.json
}
