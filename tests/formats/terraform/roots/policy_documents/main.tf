provider "aws" {
  region = "us-east-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.25.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "main" {
  count             = 3
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.25.${count.index}.0/24"
  availability_zone = element(["us-east-1a", "us-east-1b"], count.index)
}

resource "aws_security_group" "endpoints" {
  name   = "endpoints"
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = [aws_vpc.main.cidr_block]
  }
}

variable "organisation" {
  type    = string
  default = "o-a1b2c3d4e5"
}

data "aws_iam_policy_document" "shared" {
  statement {
    sid       = "OwnOrganisation"
    actions   = ["*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organisation]
    }
  }
}

data "aws_iam_policy_document" "merged" {
  source_policy_documents = [data.aws_iam_policy_document.shared.json]

  dynamic "statement" {
    for_each = { artifacts = "s3:GetObject" }
    content {
      sid       = title(statement.key)
      actions   = [statement.value]
      resources = ["arn:aws:s3:::${statement.key}/*"]
      principals {
        type        = "*"
        identifiers = ["*"]
      }
    }
  }
}

data "aws_iam_policy_document" "this_vpc" {
  statement {
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "StringNotEquals"
      variable = "aws:SourceVpc"
      values   = [aws_vpc.main.id]
    }
  }

  statement {
    actions   = ["sqs:SendMessage"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id
}

data "aws_vpc_endpoint_service" "sqs" {
  service = "sqs"
}

data "aws_vpc_endpoint_service" "kms" {
  service = "kms"
}

data "aws_prefix_list" "s3" {
  name = "com.amazonaws.us-east-1.s3"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.us-east-1.s3"
  route_table_ids = [aws_route_table.main.id]
  policy          = data.aws_iam_policy_document.merged.json
}

resource "aws_vpc_endpoint" "sqs" {
  vpc_id             = aws_vpc.main.id
  service_name       = data.aws_vpc_endpoint_service.sqs.service_name
  vpc_endpoint_type  = "Interface"
  subnet_ids         = [aws_subnet.main[0].id]
  security_group_ids = [aws_security_group.endpoints.id]
  policy             = data.aws_iam_policy_document.this_vpc.json
}

resource "aws_vpc_endpoint" "kms" {
  vpc_id             = aws_vpc.main.id
  service_name       = data.aws_vpc_endpoint_service.kms.service_name
  vpc_endpoint_type  = "Interface"
  subnet_ids         = [aws_subnet.main[0].id]
  security_group_ids = [aws_security_group.endpoints.id]
}

resource "aws_vpc_endpoint_policy" "kms" {
  vpc_endpoint_id = aws_vpc_endpoint.kms.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = "*"
      Condition = { StringEquals = { "aws:SourceVpce" = aws_vpc_endpoint.kms.id } }
    }]
  })
}
