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
#   remediation: Change it through the owning service.
#   operations: [modify, delete]
#   reads:
#     - /current/RequesterManaged
#     - /current/ServiceName
#     - /context/ServiceDetails
#   aws:
#     - text: 'ManagesVpcEndpoints: "Management of the service VPC endpoints using the VPC endpoint API is restricted."'
#       doc: botocore 1.44.5 data/ec2/2016-11-15/service-2.json.gz
#       status: verified
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
