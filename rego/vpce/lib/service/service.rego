# METADATA
# title: What a service name says
# description: |
#   Read by position for each known form, never by substring: com.amazonaws.<region>.<service>,
#   cn.com.amazonaws.<region>.<service>, eu.amazonaws.<region>.<service> and those of the isolated partitions,
#   aws.api.<region>.<service>, aws.sagemaker.<region>.<service>, api.aws.<region>.<service>,
#   com.amazonaws.vpce.<region>.<vpce-svc id> and global names. In the place of the Region there may be the expression
#   that gives it: the service is known then, though not where. In the place of a vpce-svc id there may be the
#   expression of a resource that the document makes, `${...}`, which is an endpoint service whatever it will be called.
package vpce.lib.service

import data.vpce.lib.partitions

# METADATA
# description: |
#   {"form", "service", "region"} of a service name; region is absent in global names.
#   Undefined for a name of no known form.
# scope: rule
parse(name) := {"form": "endpoint-service", "service": labels[4], "region": labels[3]} if {
	startswith(name, "com.amazonaws.vpce.")
	labels := split(name, ".")
	count(labels) == 5
	_is_region(labels[3])
	regex.match(`^vpce-svc-[0-9a-f]+$`, labels[4])
}

parse(name) := {"form": "endpoint-service", "service": parts[0][2], "region": parts[0][1]} if {
	startswith(name, "com.amazonaws.vpce.") # a regular expression is compiled each time
	parts := regex.find_all_string_submatch_n(
		`^com\.amazonaws\.vpce\.([^.]+|\$\{[^{}]+\}|\{\{[^{}]+\}\})\.(\$\{[^{}]+\})$`,
		name,
		1,
	)
	count(parts) == 1
	_is_region(parts[0][1])
}

parse(name) := {"form": "aws-regional", "service": service, "region": region} if {
	some prefix in _prefixes
	startswith(name, prefix)
	labels := split(trim_prefix(name, prefix), ".")
	count(labels) > 1
	region := labels[0]
	_is_region(region)
	not "" in labels # no trailing dot
	service := concat(".", array.slice(labels, 1, count(labels)))
	not contains(service, "{")
}

parse(name) := {"form": "aws-alt-prefix", "service": service, "region": region} if {
	some prefix in ["aws.", "api.aws."]
	startswith(name, prefix)
	labels := split(name, ".")
	count(labels) > 3
	region := labels[2]
	_is_region(region)
	service := concat(".", array.slice(labels, 3, count(labels)))
	not contains(service, "{")
}

parse(name) := {"form": "aws-global", "service": service} if {
	service := trim_prefix(name, "com.amazonaws.")
	service != name
	homes[service]
}

parse(name) := {"form": "aws-global", "service": labels[3]} if {
	startswith(name, "aws.api.global.")
	labels := split(name, ".")
	count(labels) == 4
}

_prefixes := [
	"com.amazonaws.",
	"cn.com.amazonaws.",
	"eu.amazonaws.",
	"gov.ic.c2s.",
	"gov.sgov.sc2s.",
	"gov.ic.hci.csp.",
	"uk.adc-e.cloud.",
]

# METADATA
# description: Global services by the rest of their name, with the Region they are homed in; "" for none.
homes := {
	"cloudfront": "",
	"iam": "us-east-1",
	"route53": "us-east-1",
	"s3-global.accesspoint": "",
	"savingsplans": "",
}

_is_region(label) if partitions.is_region(label)

_is_region(label) if stands_for_a_region(label)

# METADATA
# description: True for an expression in the place of a Region.
# scope: rule
stands_for_a_region(label) if _is_between("${", label, "}")

stands_for_a_region(label) if _is_between("{{", label, "}}")

_is_between(start, label, end) if {
	startswith(label, start)
	endswith(label, end)
	inner := trim_suffix(trim_prefix(label, start), end)
	inner != ""
	not contains(inner, "{")
	not contains(inner, "}")
}

# METADATA
# description: The name of the service of the endpoint; undefined while it is not known.
name := input.endpoint.ServiceName if input.endpoint.ServiceName != ""

# METADATA
# description: What the name of that service says, as parse() gives it.
parsed := parse(name)

# METADATA
# description: The partition of the Region that the name says, as partitions.of() gives it.
partition_by_name := partitions.of(parsed.region)

# METADATA
# description: The partition of the Region of the VPC; undefined while that is not known.
partition_of_vpc := partitions.of(input.context.Region)

# METADATA
# description: True for a service of AWS itself by the form of its name; false for endpoint services and unknown forms.
default of_aws := false

of_aws if parsed.form in {"aws-regional", "aws-alt-prefix", "aws-global"}

# METADATA
# description: True when the endpoint asks for a service of another Region than that of its VPC.
default crosses_regions := false

crosses_regions if {
	region := input.endpoint.ServiceRegion
	not region in {"", input.context.Region}
}

# METADATA
# description: |
#   What ServiceDetails of the context tell of the service, one entry per type for S3 and DynamoDB. Entries of another
#   ServiceRegion than the one asked for are left out.
details := [detail |
	some detail in input.context.ServiceDetails
	detail.ServiceName == name
	not _of_another_region(detail)
]

# METADATA
# description: Those details that are about the type of the endpoint.
details_of_type := [detail |
	some detail in details
	some offered in detail.ServiceType
	offered.ServiceType == input.endpoint.VpcEndpointType
]

# METADATA
# description: |
#   The endpoint types the service offers, a set of names, as ServiceDetails tell and else as the dated service
#   catalogue (data.vpce.services) does. Undefined where neither knows the service. Whoever tells of one type only of a
#   service says so with without_other_types; then the catalogue tells the others.
types := told | others if {
	told := {offered.ServiceType | some detail in details; some offered in detail.ServiceType}
	count(told) > 0
	others := {offered | some detail in details; detail.without_other_types; some offered in _entry.types}
} else := {offered | some offered in _entry.types} if {
	_entry.types
}

# METADATA
# description: Whether the service supports endpoint policies; undefined where nobody knows.
policy_supported := false if {
	some detail in details_of_type
	detail.VpcEndpointPolicySupported == false
} else if {
	some detail in details_of_type
	detail.VpcEndpointPolicySupported == true
} else := _entry.policy

# METADATA
# description: |
#   The private DNS names the service publishes, a set, empty where it is known to publish none. Undefined where nobody
#   knows. Names of the catalogue have Region and suffix filled in.
private_dns_names := told if {
	told := {dns | some detail in details_of_type; some dns in _dns_names(detail)}
	count(told) > 0
} else := {dns |
	some pattern in _entry.private_dns
	dns := _filled(pattern)
} if {
	_entry.private_dns
} else := set() if {
	count(details_of_type) > 0 # AWS leaves the member out of an entry where there is no name
}

# METADATA
# description: |
#   Those names and further hosts of the same API, which the private names of the endpoint may cover too. Undefined
#   where the private names are not known.
api_hosts := private_dns_names | {host |
	count(private_dns_names) > 0
	partition in {"aws", "aws-us-gov"} # elsewhere the hosts for both address families end otherwise
	some pattern in _entry.hosts
	host := _filled(pattern)
}

# METADATA
# description: The IP address types the service supports, a set of ipv4 and ipv6; undefined where nobody knows.
ip_address_types := told if {
	told := {kind | some detail in details_of_type; some kind in detail.SupportedIpAddressTypes}
	count(told) > 0
} else := {kind | some kind in _entry.ip} if {
	_entry.ip
}

# METADATA
# description: Whether the service can be reached from other Regions; undefined where nobody knows.
cross_region := _entry.cross_region

# METADATA
# description: The entry of the dated catalogue for the name, whatever the partition; undefined where it has none.
entry := data.vpce.services.services[catalogue_name]

# METADATA
# description: |
#   What the catalogue calls the service: AWS numbers some names by cell (transfer.server.c-0001,
#   timestream.ingest-cell1) and has others for each resource (dsql-fnh4). Undefined for what is no service of AWS.
catalogue_name := parsed.service if {
	of_aws
	data.vpce.services.services[parsed.service]
} else := name if {
	of_aws
	some name, facts in data.vpce.services.services
	facts.cells
	startswith(parsed.service, name)
	_names_a_cell(name, trim_prefix(parsed.service, name))
} else := parsed.service if {
	of_aws
}

_names_a_cell(_, rest) if {
	regex.match(`^(\.c-[0-9a-z]+|[0-9]+)$`, rest)
}

_names_a_cell(name, rest) if {
	endswith(name, "-")
	regex.match(`^[0-9A-Za-z]+$`, rest)
}

# The entry of the catalogue. What it tells of some partitions says nothing of others.
_entry := entry if {
	partition in object.get(entry, "partitions", [partition])
}

# A name without a Region is global, and its hosts name none.
_filled(pattern) := replace(replace(pattern, "{region}", region), "{suffix}", _suffix) if {
	region := object.get(parsed, "region", object.get(input, ["context", "Region"], ""))
}

_region := parsed.region if {
	parsed.region
} else := input.context.Region

_suffix := data.vpce.services.partitions[partition].dns_suffix

# METADATA
# description: The partition of the service by its Region, or by the prefix of its name where that is not known.
partition := found if {
	some start, found in _partitions
	startswith(_region, start)
} else := found if {
	stands_for_a_region(parsed.region)
	some prefix, found in partitions.own_prefixes
	startswith(name, prefix)
} else := "aws"

_partitions := {
	"cn-": "aws-cn",
	"eusc-": "aws-eusc",
	"us-gov-": "aws-us-gov",
	"us-iso-": "aws-iso",
	"us-isob-": "aws-iso-b",
	"eu-isoe-": "aws-iso-e",
	"us-isof-": "aws-iso-f",
}

_of_another_region(detail) if {
	detail.ServiceRegion != object.get(input.endpoint, "ServiceRegion", object.get(input.context, "Region", ""))
}

_dns_names(detail) := {detail.PrivateDnsName} | _listed_names(detail) if {
	detail.PrivateDnsName
} else := _listed_names(detail)

_listed_names(detail) := {listed.PrivateDnsName | some listed in detail.PrivateDnsNames}
