provider "aws" {
  region = "us-east-1"
}

variable "second_tier" {
  type    = bool
  default = true
}

variable "chosen" {
  type = list(object({
    tier  = string
    count = optional(number, 2)
  }))
  default = [{ tier = "app" }, { tier = "data", count = 1 }]
}

variable "nothing" {
  default = null
}

locals {
  zones = ["us-east-1a", "us-east-1b", "us-east-1c"]
  tiers = { app = aws_subnet.app[*].id, data = values(aws_subnet.data)[*].id }
  flat  = flatten([for tier, ids in local.tiers : [for index, id in ids : { tier = tier, index = index, id = id }]])
  by_zone = {
    for subnet in concat(aws_subnet.app, values(aws_subnet.data)) : subnet.availability_zone => subnet.id...
  }
  joined = join(",", aws_subnet.app[*].id)
}

resource "aws_vpc" "main" {
  cidr_block           = "10.20.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "app" {
  count             = 6
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  availability_zone = element(local.zones, count.index)
  tags              = { Tier = count.index < 3 ? "app" : "spare" }
}

resource "aws_subnet" "data" {
  for_each          = { for index, zone in local.zones : zone => index }
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, 100 + each.value)
  availability_zone = each.key
}

resource "aws_subnet" "none" {
  count             = 0
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.20.200.0/24"
  availability_zone = "us-east-1a"
}

resource "aws_vpc_endpoint" "literal_list" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [aws_subnet.app[0].id, aws_subnet.app[1].id]
}

resource "aws_vpc_endpoint" "splat" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = aws_subnet.app[*].id
}

resource "aws_vpc_endpoint" "legacy_splat" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = aws_subnet.app.*.id
}

resource "aws_vpc_endpoint" "slice" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = slice(aws_subnet.app[*].id, 0, 3)
}

resource "aws_vpc_endpoint" "slice_by_length" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = slice(aws_subnet.app[*].id, 0, length(local.zones))
}

resource "aws_vpc_endpoint" "element" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [element(aws_subnet.app[*].id, 0), element(aws_subnet.app[*].id, 7)]
}

resource "aws_vpc_endpoint" "index_arithmetic" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [aws_subnet.app[length(local.zones) - 1].id, aws_subnet.app[1 + 2 * 2].id]
}

resource "aws_vpc_endpoint" "for_list" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [for s in aws_subnet.app : s.id]
}

resource "aws_vpc_endpoint" "for_condition" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [for s in aws_subnet.app : s.id if s.tags.Tier == "app"]
}

resource "aws_vpc_endpoint" "for_index" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [for i, s in aws_subnet.app : s.id if i % 2 == 0]
}

resource "aws_vpc_endpoint" "for_map" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [for zone, s in aws_subnet.data : s.id if zone != "us-east-1b"]
}

resource "aws_vpc_endpoint" "for_keys" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [for zone in ["us-east-1a", "us-east-1c"] : aws_subnet.data[zone].id]
}

resource "aws_vpc_endpoint" "for_nested" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [for item in local.flat : item.id if item.tier == "data" && item.index > 0]
}

resource "aws_vpc_endpoint" "grouped" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [for zone, ids in local.by_zone : ids[0]]
}

resource "aws_vpc_endpoint" "grouped_last" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [for zone in sort(keys(local.by_zone)) : local.by_zone[zone][length(local.by_zone[zone]) - 1]]
}

resource "aws_vpc_endpoint" "conditional" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = var.second_tier ? values(aws_subnet.data)[*].id : aws_subnet.app[*].id
}

resource "aws_vpc_endpoint" "conditional_null" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = var.nothing == null ? [aws_subnet.app[5].id] : var.nothing
}

resource "aws_vpc_endpoint" "coalescelist" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = coalescelist(aws_subnet.none[*].id, values(aws_subnet.data)[*].id)
}

resource "aws_vpc_endpoint" "coalesce" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [coalesce(var.nothing, aws_subnet.app[3].id)]
}

resource "aws_vpc_endpoint" "try_missing" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = try(local.tiers.none, local.tiers["app"])
}

resource "aws_vpc_endpoint" "try_index" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [try(aws_subnet.none[0].id, aws_subnet.app[4].id)]
}

resource "aws_vpc_endpoint" "lookup" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = lookup(local.tiers, "data", [])
}

resource "aws_vpc_endpoint" "concat" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = concat(slice(aws_subnet.app[*].id, 0, 1), [aws_subnet.data["us-east-1b"].id], aws_subnet.none[*].id)
}

resource "aws_vpc_endpoint" "distinct" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = distinct([aws_subnet.app[0].id, aws_subnet.app[0].id, aws_subnet.app[2].id])
}

resource "aws_vpc_endpoint" "compact" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = compact([aws_subnet.app[0].id, "", try(aws_subnet.none[0].id, "")])
}

resource "aws_vpc_endpoint" "flatten" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = flatten([local.tiers.app, [local.tiers.data]])
}

resource "aws_vpc_endpoint" "merge" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = values(merge({ a = aws_subnet.app[0].id }, { a = aws_subnet.app[1].id, b = aws_subnet.app[2].id }))
}

resource "aws_vpc_endpoint" "zipmap" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [zipmap(local.zones, slice(aws_subnet.app[*].id, 0, 3))["us-east-1b"]]
}

resource "aws_vpc_endpoint" "chunklist" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = chunklist(aws_subnet.app[*].id, 3)[1]
}

resource "aws_vpc_endpoint" "reverse" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = slice(reverse(aws_subnet.app[*].id), 0, 2)
}

resource "aws_vpc_endpoint" "matchkeys" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = matchkeys(aws_subnet.app[*].id, aws_subnet.app[*].availability_zone, ["us-east-1c"])
}

resource "aws_vpc_endpoint" "split_join" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = slice(split(",", local.joined), 2, 4)
}

resource "aws_vpc_endpoint" "format_template" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [for i in [0, 2] : "${aws_subnet.app[i].id}"]
}

resource "aws_vpc_endpoint" "toset" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = toset([for s in aws_subnet.data : s.id])
}

resource "aws_vpc_endpoint" "setsubtract" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = setsubtract(toset(aws_subnet.app[*].id), [aws_subnet.app[0].id])
}

resource "aws_vpc_endpoint" "setproduct" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [for pair in setproduct(["app"], [0, 1]) : local.tiers[pair[0]][pair[1]]]
}

resource "aws_vpc_endpoint" "optional_type" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = flatten([for one in var.chosen : slice(local.tiers[one.tier], 0, one.count)])
}

resource "aws_vpc_endpoint" "one" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [one(slice(aws_subnet.app[*].id, 4, 5))]
}

resource "aws_vpc_endpoint" "contains" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [for s in aws_subnet.app : s.id if contains(["us-east-1a"], s.availability_zone)]
}

resource "aws_vpc_endpoint" "expand" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = concat([local.tiers.data, [aws_subnet.app[0].id]]...)
}

resource "aws_vpc_endpoint" "object_values" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [for k, v in { x = aws_subnet.app[1], y = aws_subnet.app[2] } : v.id]
}

resource "aws_vpc_endpoint" "negated" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [for s in aws_subnet.app : s.id if !(s.availability_zone == "us-east-1a" || s.tags.Tier == "spare")]
}

resource "aws_vpc_endpoint" "range_step" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [for i in range(0, 6, 3) : aws_subnet.app[i].id]
}

resource "aws_vpc_endpoint" "transitive" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [aws_vpc_endpoint.splat.subnet_ids != null ? aws_subnet.app[0].id : ""]
}
