provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "dr"
  region = "us-west-2"
}

module "site" {
  source = "./site"
  name   = "main"
  cidr   = "10.39.0.0/16"
}

module "recovery" {
  source    = "./site"
  count     = 1
  name      = "recovery"
  cidr      = "10.40.0.0/16"
  services  = ["kms"]
  providers = { aws = aws.dr }
}
