provider "aws" {
  region = "us-east-1"
}

data "aws_vpc" "main" {
  cidr_block = "10.6.0.0/16"
}

data "aws_subnet" "main" {
  for_each = toset(["0", "1", "2"])
  vpc_id   = data.aws_vpc.main.id
  tags     = { Number = each.key }
}

data "aws_route_table" "second" {
  vpc_id = data.aws_vpc.main.id
  tags   = { Number = "1" }
}

data "aws_vpc_endpoint" "s3" {
  vpc_id       = data.aws_vpc.main.id
  service_name = "com.amazonaws.us-east-1.s3"
}

data "aws_vpc_endpoint" "kms" {
  vpc_id       = data.aws_vpc.main.id
  service_name = "com.amazonaws.us-east-1.kms"
}

resource "aws_vpc_endpoint_route_table_association" "second" {
  vpc_endpoint_id = data.aws_vpc_endpoint.s3.id
  route_table_id  = data.aws_route_table.second.id
}

resource "aws_vpc_endpoint_policy" "s3" {
  vpc_endpoint_id = data.aws_vpc_endpoint.s3.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*" }]
  })
}

resource "aws_vpc_endpoint_subnet_association" "kms" {
  vpc_endpoint_id = data.aws_vpc_endpoint.kms.id
  subnet_id       = data.aws_subnet.main["1"].id
}
