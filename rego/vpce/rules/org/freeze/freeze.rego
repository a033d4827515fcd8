# METADATA
# title: Change freeze
# description: No create/modify inside a freeze window of the environment, except with a change ticket of class
#   emergency.
# related_resources:
# - ref: https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-change-calendar.html
#   description: calendars in which changes are closed
# custom:
#   id: VPCE-ORG-019
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Wait for the end of the freeze, or have the change made an emergency.
#   reads:
#     - /context/time
#     - /intent/change_class
#     - /org/freeze
package vpce.rules.org.freeze

import data.vpce.lib.endpoint
import data.vpce.lib.org

deny contains {"message": message, "path": "/context/time"} if {
	some window in _windows
	org.holds_in(window)
	org.now >= window.from
	org.now < window.to
	message := $"nothing is changed from {window.from} to {window.to}"
}

deny contains {"message": message, "path": "/context/time"} if {
	message := "nothing says when this is, and there are times in which nothing is changed"
	count([1 | some window in _windows; org.holds_in(window)]) > 0
	not org.now
}

undetermined contains org.unknown_environment if {
	some window in _windows
	org.unclear_in(window)
	not _elsewhere(window)
}

# windows that no stated class of change gets around
_windows := [window |
	endpoint.remains
	some window in data.org.freeze
	not _excepted(window)
]

_excepted(window) if input.intent.change_class in window.except_classes

_elsewhere(window) if org.now < window.from

_elsewhere(window) if org.now >= window.to
