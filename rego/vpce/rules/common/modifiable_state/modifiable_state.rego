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
#   remediation: Delete the dead endpoint and create a new one.
#   operations: [modify]
#   reads:
#     - /current/State
#   aws:
#     - text: 'State enum: PendingAcceptance, Pending, Available, Deleting, Deleted, Rejected, Failed, Expired,
#         Partial.'
#       doc: botocore 1.44.5 data/ec2/2016-11-15/service-2.json.gz
#       status: verified
package vpce.rules.common.modifiable_state

deny contains {"message": message, "path": "/current/State"} if {
	input.operation == "modify"
	state := input.current.State
	not lower(state) in _modifiable
	message := $"the endpoint is {state}, so it cannot be modified"
}

undetermined contains {"reason": reason, "missing": ["/current/State"]} if {
	input.operation == "modify"
	not input.current.State
	reason := "in which state the endpoint is, is not known"
}

# The wire has lowerCamel, the enum of the API UpperCamel.
_modifiable := {"available", "pending", "pendingacceptance", "partial"}
