# METADATA
# title: Endpoints that a VPC must have
# description: |
#   What org data `required_endpoints` say of the VPC of the proposal, and which endpoints of the VPC there are for it.
package vpce.lib.required

import data.vpce.lib.endpoint
import data.vpce.lib.org
import data.vpce.lib.service

# METADATA
# description: The services the VPC must have an endpoint for, as org data name them; only those that surely hold.
services contains name if {
	some entry in data.org.required_endpoints
	org.holds_in(entry)
	_names_vpc(entry)
	_has_tags(entry)
	some name in entry.services
}

# METADATA
# description: |
#   What to say where it is not known whether more is required; what would tell is the environment, the VPC or its tags.
unclear contains org.unknown_environment if {
	some entry in data.org.required_endpoints
	org.unclear_in(entry)
}

unclear contains {"reason": "which VPC the endpoint is in is not known", "missing": [_vpc_teller]} if {
	some entry in data.org.required_endpoints
	_is_of_environment(entry)
	some member in ["vpcs", "vpc_tags"]
	entry[member]
	not vpc_id
}

unclear contains {"reason": "the tags of the VPC are not known", "missing": ["/context/Vpc/Tags"]} if {
	some entry in data.org.required_endpoints
	_is_of_environment(entry)
	_names_vpc(entry)
	entry.vpc_tags
	vpc_id
	not _vpc_tags
}

# METADATA
# description: The VPC of the endpoint; undefined while it is not known which one it is.
vpc_id := _vpc_told if {
	is_string(_vpc_told)
	not contains(_vpc_told, "{{")
}

_vpc_told := input.current.VpcId if {
	input.operation == "delete"
} else := input.endpoint.VpcId

_vpc_teller := "/current/VpcId" if {
	input.operation == "delete"
} else := "/request/VpcId"

# METADATA
# description: True where an endpoint for a service is one that org data call by a name; its FIPS variant counts.
# scope: rule
serves(service_name, name) if service_name == name

serves(service_name, name) if service.parse(service_name).service == name

serves(service_name, name) if replace(service.parse(service_name).service, "-fips", "") == name

# METADATA
# description: Which of some services another endpoint of the VPC serves, there or made by the same document.
# scope: rule
served_by_others(names) := {name |
	some name in names
	some other in _standing
	serves(other.ServiceName, name)
}

# METADATA
# description: True where the others are all known, with their services.
others_known if {
	endpoint.others_told
	every other in _standing {
		says_service(other)
	}
}

# METADATA
# description: True where an endpoint tells its service, or that it leads to none.
# scope: rule
says_service(told) if is_string(told.ServiceName)

says_service(told) if told.VpcEndpointType in {"Resource", "ServiceNetwork", "Tunnel"}

_standing := [other | some other in endpoint.near; not lower(object.get(other, "State", "")) == "deleting"]

_is_of_environment(entry) if org.holds_in(entry)

_is_of_environment(entry) if org.unclear_in(entry)

_names_vpc(entry) if not entry.vpcs

_names_vpc(entry) if vpc_id in entry.vpcs

_has_tags(entry) if not entry.vpc_tags

_has_tags(entry) if {
	every key, value in entry.vpc_tags {
		{"Key": key, "Value": value} in _vpc_tags
	}
}

_vpc_tags := {{"Key": tag.Key, "Value": tag.Value} | some tag in input.context.Vpc.Tags} if {
	is_array(input.context.Vpc.Tags)
	input.context.Vpc.VpcId == vpc_id
}
