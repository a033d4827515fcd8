# METADATA
# title: Whether the endpoint gets private DNS
# description: |
#   A create that leaves PrivateDnsEnabled out gets the default of whoever sends it. CloudFormation and Terraform turn
#   private DNS off, and the reader says so. At the API AWS decides: on for an interface endpoint whose service has a
#   private DNS name (input.defaults.PrivateDnsEnabled is "aws").
# related_resources:
# - ref: https://github.com/hashicorp/terraform-provider-aws/issues/37694
package vpce.lib.privatedns

import data.vpce.lib.endpoint
import data.vpce.lib.service

# METADATA
# description: True when the operation turns private DNS on, by the request or by AWS's default.
turned_on if {
	endpoint.remains
	input.request.PrivateDnsEnabled == true
}

turned_on if {
	_aws_decides
	_published
}

# METADATA
# description: How private DNS comes on, as the beginning of a sentence.
how := "PrivateDnsEnabled is true" if {
	input.request.PrivateDnsEnabled == true
} else := "PrivateDnsEnabled is not given, so AWS turns private DNS on"

# METADATA
# description: Pointers of what would settle whether private DNS is turned on; empty where that is known.
open := hidden if {
	hidden := endpoint.unknown_members(input, ["PrivateDnsEnabled"])
	count(hidden) > 0
} else := _open_by_default

# METADATA
# description: A JSON Patch that leaves private DNS off.
off := [{"op": "add", "path": "/request/PrivateDnsEnabled", "value": false}]

default _open_by_default := set()

# What AWS does for these two is not documented.
_open_by_default := {"/request/PrivateDnsEnabled"} if {
	input.operation == "create"
	input.defaults.PrivateDnsEnabled == "aws"
	endpoint.type in {"Resource", "ServiceNetwork"}
	object.get(input.request, "PrivateDnsEnabled", null) == null
}

_open_by_default := _settling if {
	_aws_decides
	not service.private_dns_names
}

_settling := hidden if {
	hidden := endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
} else := {"/context/ServiceDetails"}

_aws_decides if {
	input.operation == "create"
	input.defaults.PrivateDnsEnabled == "aws"
	endpoint.type == "Interface"
	object.get(input.request, "PrivateDnsEnabled", null) == null # a fix may have put it in
}

# The interface endpoints of S3 had no private name when the documents of 2023 were written.
_published if {
	count(service.private_dns_names) > 0
	not _s3_of_2023
}

_s3_of_2023 if {
	input.profile == "aws-2023"
	service.parsed.service == "s3"
}
