# METADATA
# title: Private DNS preference is one that AWS takes
# description: |
#   PrivateDnsPreference says for which domains a resource or service network endpoint gets private DNS. It is one of
#   four values, with one to ten PrivateDnsSpecifiedDomains where it names specified domains, and is set at creation.
# related_resources:
# - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html
# - ref: https://github.com/hashicorp/terraform-provider-aws/pull/45679
# custom:
#   id: VPCE-COMMON-037
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: >-
#     Give a resource or service network endpoint one of VERIFIED_DOMAINS_ONLY, ALL_DOMAINS,
#     VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS and SPECIFIED_DOMAINS_ONLY, the last two with 1 to 10
#     PrivateDnsSpecifiedDomains; leave both members out for other types and afterwards.
#   reads:
#     - /request/DnsOptions/PrivateDnsPreference
#     - /request/DnsOptions/PrivateDnsSpecifiedDomains
#     - /request/PrivateDnsEnabled
#     - /current/DnsOptions
#   aws:
#   - text: The values, the number of domains, and that both are for resource and service network endpoints with
#       private DNS.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html
#     status: documented
#   - text: The preference cannot be changed after creation.
#     doc: https://github.com/hashicorp/terraform-provider-aws/pull/45679
#     status: observed
#     evidence: public-code
package vpce.rules.common.private_dns_preference

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains {"message": message, "path": _path(member), "fix": _without(member)} if {
	input.operation == "create"
	some member in _members
	unknown.given(_options[member])
	not endpoint.type in _types
	is_string(endpoint.type)
	message := $"{member} is given, and a {endpoint.type} endpoint does not take it"
}

deny contains object.union({"message": message, "path": _path("PrivateDnsPreference")}, _spelled_right) if {
	_asked
	not _preference in _values
	values := concat(", ", sort(_values))
	message := $"{_preference} is not a private DNS preference; AWS takes {values}"
}

deny contains {"message": message, "path": _path("PrivateDnsSpecifiedDomains")} if {
	_asked
	_preference in _with_domains
	not unknown.given(object.get(_options, "PrivateDnsSpecifiedDomains", []))
	count(endpoint.unknown_members(input, ["DnsOptions/PrivateDnsSpecifiedDomains"])) == 0
	message := $"{_preference} needs PrivateDnsSpecifiedDomains, 1 to 10 of them, and none is given"
}

deny contains {"message": message, "path": _path("PrivateDnsSpecifiedDomains")} if {
	_created
	number := count(_options.PrivateDnsSpecifiedDomains)
	number > 10
	message := $"{number} PrivateDnsSpecifiedDomains are given, and at most 10 are allowed"
}

deny contains {
	"message": message,
	"path": _path("PrivateDnsSpecifiedDomains"),
	"fix": _without("PrivateDnsSpecifiedDomains"),
} if {
	_created
	unknown.given(_options.PrivateDnsSpecifiedDomains)
	_takes_no_domains
	message := $"PrivateDnsSpecifiedDomains are given, and {_said} takes none"
}

deny contains {"message": message, "path": _path("PrivateDnsPreference"), "enforcement_action": "warn"} if {
	_asked
	input.request.PrivateDnsEnabled == false
	message := $"{_preference} is given, and private DNS is off, so it means nothing"
}

deny contains {"message": message, "path": _path(member), "fix": _without(member)} if {
	input.operation == "modify"
	some member in _members
	wanted := _options[member]
	unknown.given(wanted)
	present := input.current.DnsOptions[member]
	wanted != present
	message := $"{member} would change from {json.marshal(present)} to {json.marshal(wanted)}; it is set at creation"
}

undetermined contains {"reason": reason, "missing": ["/current/DnsOptions"]} if {
	input.operation == "modify"
	some member in _members
	unknown.given(_options[member])
	not unknown.given(object.get(input.current, ["DnsOptions", member], null))
	reason := $"which {member} the endpoint has now is not known, and it cannot be changed"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, [$"DnsOptions/{member}" | some member in _members])
	count(hidden) > 0
	reason := "which private DNS preference is asked for is not known yet"
}

_created if {
	input.operation == "create"
	endpoint.type in _types
}

_asked if {
	_created
	unknown.given(_preference)
}

_options := input.request.DnsOptions

_preference := _options.PrivateDnsPreference

_takes_no_domains if {
	unknown.given(_preference)
	not _preference in _with_domains
}

_takes_no_domains if {
	not unknown.given(object.get(_options, "PrivateDnsPreference", null))
	count(endpoint.unknown_members(input, ["DnsOptions/PrivateDnsPreference"])) == 0
}

_said := _preference if {
	unknown.given(_preference)
} else := "the default preference"

_spelled_right := {"fix": [{"op": "replace", "path": _path("PrivateDnsPreference"), "value": value}]} if {
	some value in _values
	value == replace(upper(_preference), "-", "_")
} else := {}

_path(member) := $"/request/DnsOptions/{member}"

_without(member) := [{"op": "remove", "path": _path(member)}]

_members := ["PrivateDnsPreference", "PrivateDnsSpecifiedDomains"]

_types := {"Resource", "ServiceNetwork"}

_with_domains := {"VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS", "SPECIFIED_DOMAINS_ONLY"}

_values := {"VERIFIED_DOMAINS_ONLY", "ALL_DOMAINS"} | _with_domains
