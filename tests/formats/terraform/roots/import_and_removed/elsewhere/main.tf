provider "aws" {
  region = "us-east-1"
}

resource "aws_vpc" "other" {
  cidr_block = "10.112.0.0/16"
}

resource "aws_route_table" "other" {
  vpc_id = aws_vpc.other.id
}

resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id          = aws_vpc.other.id
  service_name    = "com.amazonaws.us-east-1.dynamodb"
  route_table_ids = [aws_route_table.other.id]
}
