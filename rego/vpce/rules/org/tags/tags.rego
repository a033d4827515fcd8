# METADATA
# title: Required tags
# description: All required tag keys are present, non-empty, and match their pattern.
# related_resources:
# - ref: https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html
#   description: 'why tags are worth demanding: cost, owners, access'
# custom:
#   id: VPCE-ORG-003
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Give the endpoint the tag, with a value of the form the organisation asks for.
#   reads:
#     - /request/TagSpecifications
#     - /current/Tags
#     - /org/tags
package vpce.rules.org.tags

import data.vpce.lib.endpoint
import data.vpce.lib.org

deny contains {"message": message, "path": org.tags_at, "remediation": remediation} if {
	some wanted in _required
	not _value(wanted.key)
	message := $"the tag {wanted.key} is missing or empty"
	remediation := $"Add the tag {wanted.key} with {_form(wanted)}."
}

deny contains {"message": message, "path": org.tags_at, "remediation": remediation} if {
	some wanted in _required
	value := _value(wanted.key)
	not regex.match($"^(?:{wanted.pattern})$", value)
	wanted.pattern
	message := $"the tag {wanted.key} is {value}; expected {_form(wanted)}"
	remediation := $"Change the tag {wanted.key} from {value} to {_form(wanted)}."
}

undetermined contains org.untold_tags if {
	endpoint.remains
	data.org.tags.required
}

undetermined contains org.unknown_environment if {
	endpoint.remains
	some wanted in data.org.tags.required
	org.unclear_in(wanted)
}

_required := [wanted |
	some wanted in data.org.tags.required
	org.holds_in(wanted)
] if {
	endpoint.remains
	org.known_tags
}

# org data give an example for a pattern, where one is found
_form(wanted) := $"a value such as {wanted.example}" if {
	wanted.example
} else := "a value of the form the org data give" if {
	wanted.pattern
} else := "a value"

_value(key) := value if {
	some value in org.known_tags[key]
	trim_space(value) != ""
}
