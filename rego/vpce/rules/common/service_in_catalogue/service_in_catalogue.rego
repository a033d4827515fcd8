# METADATA
# title: Service name is one that AWS has
# description: |
#   ServiceName is a name of the dated service catalogue, or one that AWS lists in the context, with the prefix that it
#   has in its Region. A name that only the catalogue lacks may be newer than it, so it warns. It denies where the
#   context holds the whole list of a Region and the name is not on it.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
#   description: The services of AWS that have endpoints, and how to list their names.
# custom:
#   id: VPCE-COMMON-034
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: >-
#     Take the name from DescribeVpcEndpointServices for the Region. If the name is right, give AWS's answer as
#     ServiceDetails in the context.
#   operations: [create]
#   reads: [/request/ServiceName, /request/VpcEndpointType]
#   optional: [/context/ServiceDetails, /context/ServiceNames]
#   aws:
#   - text: A name that AWS does not have is refused with InvalidServiceName.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
#     status: documented
#   - text: In China most names start with cn.com.amazonaws, those of gateway endpoints with com.amazonaws. CDK carries
#       the names by Region.
#     doc: https://www.npmjs.com/package/aws-cdk-lib/v/2.276.0
#     status: observed
#     evidence: public-code
#   assumptions:
#   - A list of 50 or more services of AWS is the whole list of a Region; an answer to a filter is far shorter.
package vpce.rules.common.service_in_catalogue

import data.vpce.lib.endpoint
import data.vpce.lib.service
import data.vpce.services as catalogue

deny contains {"message": message, "path": "/request/ServiceName"} if {
	_unknown
	count(_listed) >= 50
	hint := _hint
	message := $"AWS does not list {service.name} among the services of the Region{hint}"
}

deny contains {"message": message, "path": "/request/ServiceName", "enforcement_action": "warn"} if {
	_unknown
	count(_listed) < 50
	hint := _hint
	known := $"the service catalogue of {catalogue.date} does not know {service.parsed.service}"
	message := $"{known}: the name is wrong or newer than the catalogue{hint}"
}

deny contains {
	"message": message,
	"path": "/request/ServiceName",
	"enforcement_action": "warn",
	"fix": [{"op": "replace", "path": "/request/ServiceName", "value": right}],
} if {
	_asked
	service.entry
	region := service.parsed.region
	prefix := trim_suffix(service.name, $".{region}.{service.parsed.service}")
	not prefix in _prefixes
	right := $"{sort(_prefixes)[0]}.{region}.{service.parsed.service}"
	message := $"{service.name} has the wrong prefix: in {region} the name is {right}"
}

deny contains {"message": message, "path": "/request/ServiceName", "enforcement_action": "warn"} if {
	_asked
	service.entry.retired
	message := $"AWS has ended the service {service.parsed.service}: its SDKs no longer carry the API"
}

deny contains {"message": message, "path": "/request/ServiceName", "enforcement_action": "warn"} if {
	_asked
	meant := service.entry.mistaken_for
	asked := service.parsed.service
	message := $"{asked} is often mistaken for {meant}, which is a service of its own; check which one is meant"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
	reason := "which service the endpoint is for is not known yet"
}

# What AWS itself lists in the context needs no catalogue.
_asked if {
	input.operation == "create"
	service.of_aws
	count(service.details) == 0
}

_unknown if {
	_asked
	not service.entry
}

_listed contains name if {
	some name in array.concat(
		[detail.ServiceName | some detail in input.context.ServiceDetails],
		[name | some name in input.context.ServiceNames],
	)
	startswith(service.parse(name).form, "aws-")
}

_prefixes := {service.entry.prefix} if {
	is_string(service.entry.prefix)
} else := {prefix | some prefix in service.entry.prefix} if {
	is_array(service.entry.prefix)
} else := {"com.amazonaws"} if {
	endpoint.type == "Gateway"
} else := {_own_prefix} if {
	trim_suffix(service.parsed.service, ".cn") in _with_own_prefix # China's transcribe.cn
} else := {"com.amazonaws", _own_prefix} if {
	count(_with_own_prefix) == 0 # a Region of which the catalogue tells no names
} else := {"com.amazonaws"}

_own_prefix := catalogue.partitions[service.partition].prefix

_with_own_prefix := object.get(catalogue.prefixes, [_own_prefix, service.parsed.region], [])

_hint := $". Did you mean {names}?" if {
	count(_nearest) > 0
	names := concat(" or ", _nearest)
} else := ""

# What people call a service otherwise, else the names that share most pairs of letters with the one given.
_nearest := object.get(
	catalogue.aliases,
	lower(service.parsed.service),
	array.slice([ranked[1] | some ranked in _ranked], 0, 3),
)

_ranked := sort([[0 - score, name] |
	some name, score in _scores
	score >= _best - 0.1
])

_best := max([score | some score in _scores])

# The part of their letters that names have in common with the one given, where it is half of them or more.
_scores[catalogue.letters.names[number]] := (2 * count(shared)) / letters if {
	some number, shared in _shared
	letters := count(_pairs) + catalogue.letters.sizes[number]
	4 * count(shared) >= letters
}

# Which pairs each name of the catalogue has in common with the one given, for names that have any.
_shared[number] contains pair if {
	some pair in _pairs
	some number in catalogue.letters.pairs[pair]
}

_pairs := {substring(letters, i, 2) |
	letters := $"^{replace(replace(lower(service.parsed.service), ".", ""), "-", "")}$"
	some i in numbers.range(0, count(letters) - 2)
}
