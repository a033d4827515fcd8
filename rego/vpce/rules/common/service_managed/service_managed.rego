# METADATA
# title: Service-managed endpoints are left alone
# description: Endpoints with RequesterManaged=true, or of services with ManagesVpcEndpoints=true, are not modified
#   through the endpoint API.
# custom:
#   id: VPCE-COMMON-024
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Change or delete the endpoint through the service that created it.
#   operations: [modify, delete]
#   reads:
#     - /current/RequesterManaged
#     - /current/ServiceName
#     - /context/ServiceDetails
#   aws:
#   - text: 'ManagesVpcEndpoints of a service: its endpoints are managed by it, and the VPC endpoint API may not change
#       them.'
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html
#     status: documented
#   - text: Endpoints with RequesterManaged cannot be deleted by the owner of the VPC.
#     doc: https://github.com/gruntwork-io/cloud-nuke/pull/1037
#     status: observed
#     evidence: issue
#   assumptions:
#     - an endpoint that is told of without RequesterManaged is not managed by a service
package vpce.rules.common.service_managed

deny contains {"message": message, "path": "/current/RequesterManaged"} if {
	_touched
	input.current.RequesterManaged == true
	message := $"{_id} is managed by the service that requested it"
}

deny contains {"message": message, "path": "/current/ServiceName"} if {
	_touched
	name := input.current.ServiceName
	some detail in input.context.ServiceDetails
	detail.ServiceName == name
	detail.ManagesVpcEndpoints == true
	message := $"{_id} leads to {name}, which manages its endpoints itself"
}

undetermined contains {"reason": reason, "missing": ["/current"]} if {
	_touched
	not input.current
	reason := "who manages the endpoint is not known"
}

_touched if input.operation in {"modify", "delete"}

_id := object.get(input, ["current", "VpcEndpointId"], "the endpoint")
