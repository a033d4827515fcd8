# METADATA
# title: Naming convention
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
#   remediation: Give the endpoint a Name tag of the form that is asked for.
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

deny contains {"message": "the endpoint has no tag Name", "path": org.tags_at} if {
	endpoint.remains
	data.org.naming.pattern
	not org.known_tags.Name
	org.known_tags
}

deny contains {"message": message, "path": org.tags_at} if {
	endpoint.remains
	data.org.naming.pattern
	count(_unfilled) == 0
	some name in org.known_tags.Name
	not regex.match($"^(?:{_expression})$", name)
	message := $"the name {name} is not of the form {data.org.naming.pattern}"
}

undetermined contains org.untold_tags if {
	endpoint.remains
	data.org.naming.pattern
}

undetermined contains {"reason": "what the name is made of is not known", "missing": [missing]} if {
	endpoint.remains
	org.known_tags.Name
	some placeholder in _unfilled
	missing := _tellers[placeholder]
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
