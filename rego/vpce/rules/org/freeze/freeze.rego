# METADATA
# title: No changes during a freeze
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
#   existing: silent
#   remediation: Wait for the end of the freeze, or state a change class the freeze excepts (intent.change_class).
#   reads:
#     - /context/time
#     - /intent/change_class
#     - /org/freeze
#   frameworks:
#     - framework: nist-800-53
#       controls: [CM-3]
#       relation: part
#       doc: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
package vpce.rules.org.freeze

import data.vpce.lib.endpoint
import data.vpce.lib.org

deny contains {"message": message, "path": "/context/time", "remediation": remediation} if {
	some window in _windows
	org.holds_in(window)
	org.now >= window.from
	org.now < window.to
	message := $"change freeze from {_shown(window.from)} to {_shown(window.to)}"
	remediation := $"Wait until {_shown(window.to)}{_way_around(window)}."
}

deny contains {"message": message, "path": "/context/time", "remediation": remediation} if {
	message := "the time of the change is not known, and there are change freezes"
	remediation := "Give the time of the change as context.time (RFC 3339)."
	count([1 | some window in _windows; org.holds_in(window)]) > 0
	not org.now
}

undetermined contains org.unknown_environment if {
	some window in _windows
	org.unclear_in(window)
	not _elsewhere(window)
}

# 2026-12-20T00:00:00.000000Z as people write it
_shown(time) := $"{substring(time, 0, 10)} {substring(time, 11, 5)} UTC"

_way_around(window) := $", or state intent.change_class {concat(" or ", sort(window.except_classes))}" if {
	count(window.except_classes) > 0
} else := ""

# windows that no stated class of change gets around
_windows := [window |
	endpoint.remains
	some window in data.org.freeze
	not _excepted(window)
]

_excepted(window) if input.intent.change_class in window.except_classes

_elsewhere(window) if org.now < window.from

_elsewhere(window) if org.now >= window.to
