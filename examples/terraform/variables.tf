variable "name" {
  type    = string
  default = "shop"
}

variable "environment" {
  type    = string
  default = "dev"
}

variable "region" {
  type    = string
  default = "us-east-1"
}

variable "account_id" {
  type    = string
  default = "111122223333"
}

variable "vpc_cidr" {
  type    = string
  default = "10.20.0.0/16"
}

variable "private_subnets" {
  description = "Private subnets that already exist, by name."
  type = map(object({
    availability_zone = string
    cidr_block        = string
  }))
  default = {
    a1 = { availability_zone = "us-east-1a", cidr_block = "10.20.1.0/24" }
    a2 = { availability_zone = "us-east-1a", cidr_block = "10.20.11.0/24" }
    b1 = { availability_zone = "us-east-1b", cidr_block = "10.20.2.0/24" }
  }
}

variable "inspection_service_name" {
  description = "Endpoint service of the firewall appliances."
  type        = string
  default     = "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001"
}
