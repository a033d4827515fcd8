# METADATA
# title: Endpoint is in a state that can be modified
# description: The current State is available, pending, pendingAcceptance or partial; deleting, deleted, failed,
#   rejected and expired endpoints are not modified but replaced.
# custom:
#   id: VPCE-COMMON-012
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Delete this endpoint and create a new one.
#   operations: [modify, delete]
#   reads:
#     - /current/State
#   aws:
#   - text: 'States of an endpoint: PendingAcceptance, Pending, Available, Deleting, Deleted, Rejected, Failed, Expired,
#       Partial.'
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html
#     status: documented
package vpce.rules.common.modifiable_state

deny contains {"message": message, "path": "/current/State"} if {
	input.operation == "modify"
	state := input.current.State
	not lower(state) in _modifiable
	message := $"the endpoint is {state}, so it cannot be modified"
}

_nothing_to_do := "Take the delete out: nothing needs to be done."

undetermined contains {"reason": reason, "missing": ["/current/State"]} if {
	input.operation == "modify"
	not input.current.State
	reason := "in which state the endpoint is, is not known"
}

# The wire has lowerCamel, the enum of the API UpperCamel.
deny contains object.union({"message": message, "path": "/current/State", "remediation": _nothing_to_do}, lesser) if {
	input.operation == "delete"
	state := input.current.State
	lesser := _gone[lower(state)]
	message := $"the endpoint is already {state}, so there is nothing to delete"
}

_gone := {"deleted": {}, "deleting": {"enforcement_action": "warn"}}

_modifiable := {"available", "pending", "pendingacceptance", "partial"}
