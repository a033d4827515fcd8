# METADATA
# title: Name follows the convention
# description: The Name tag matches the pattern, with placeholders for env, service and VPC.
# related_resources:
# - ref: https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/defining-and-publishing-a-tagging-schema.html
#   description: one way to write names
# custom:
#   id: VPCE-ORG-005
#   kind: org
#   severity: warning
#   enforcement_action: warn
#   effect: org-decision
#   remediation: Give the endpoint a tag Name of the form the organisation asks for.
#   reads:
#     - /request/TagSpecifications
#     - /request/ServiceName
#     - /current/Tags
#     - /context/Region
#     - /org/naming
package vpce.rules.org.naming

import data.vpce.lib.endpoint
import data.vpce.lib.glob
import data.vpce.lib.org
import data.vpce.lib.service

deny contains object.union({"message": "the endpoint has no tag Name", "path": org.tags_at}, _do) if {
	endpoint.remains
	data.org.naming.pattern
	not org.known_tags.Name
	org.known_tags
}

deny contains object.union({"message": message, "path": org.tags_at}, _do) if {
	endpoint.remains
	data.org.naming.pattern
	count(_unfilled) == 0
	some name in org.known_tags.Name
	not regex.match($"^(?:{_expression})$", name)
	message := $"the name is {name}; expected {_expected}"
}

undetermined contains org.untold_tags if {
	endpoint.remains
	data.org.naming.pattern
}

undetermined contains {"reason": "a part of the expected name is not known", "missing": [missing]} if {
	endpoint.remains
	org.known_tags.Name
	some placeholder in _unfilled
	missing := _tellers[placeholder]
}

default _expected := "a name of the form the org data give"

_expected := strings.replace_n(
	{_braced(placeholder): value | some placeholder, value in _fillings},
	data.org.naming.example,
)

default _do := {}

_do := {"remediation": $"Set the tag Name to {_expected}."} if {
	count(_unfilled) == 0
	data.org.naming.example
}

_expression := strings.replace_n(
	{_braced(placeholder): glob.quoted(value) | some placeholder, value in _fillings},
	data.org.naming.pattern,
)

_unfilled := {placeholder |
	some placeholder, _ in _tellers
	contains(data.org.naming.pattern, _braced(placeholder))
	not _fillings[placeholder]
}

_braced(placeholder) := concat("", ["{", placeholder, "}"])

_fillings["env"] := data.org.environment

_fillings["service"] := replace(object.get(service.parsed, "service", service.name), ".", "-")

_fillings["vpc"] := input.endpoint.VpcId

_fillings["region"] := input.context.Region

_tellers := {
	"env": org.unknown_environment.missing[0],
	"service": "/request/ServiceName",
	"vpc": "/request/VpcId",
	"region": "/context/Region",
}
