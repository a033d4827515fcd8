# METADATA
# title: Third-party private DNS name is verified
# description: For an endpoint service the provider private DNS name must be in state verified before a consumer
#   turns on private DNS.
# custom:
#   id: VPCE-IFACE-016
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   existing: judged
#   remediation: >-
#     Ask the provider to verify the domain of the private DNS name, or set PrivateDnsEnabled to false until then.
#   reads:
#     - /request/PrivateDnsEnabled
#     - /request/ServiceName
#     - /current/ServiceName
#     - /context/ServiceDetails
#   aws:
#   - text: 'PrivateDnsNameVerificationState: consumers cannot use the private name unless it is verified.'
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html
#     status: documented
#   - text: The provider proves that it owns the domain before consumers can use the name.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
#     status: documented
package vpce.rules.iface.private_name_verified

import data.vpce.lib.endpoint
import data.vpce.lib.service

deny contains {"message": message, "path": "/request/PrivateDnsEnabled", "fix": fix} if {
	_judged
	some detail in _publishing
	state := detail.PrivateDnsNameVerificationState
	state != "verified"
	fix := [{"op": "replace", "path": "/request/PrivateDnsEnabled", "value": false}]
	message := $"private DNS is asked for, but the name of {service.name} is in state {state}, not verified"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	_judged
	name := service.name
	count(service.details) == 0
	reason := $"whether the private DNS name of {name} is verified is not known"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	_judged
	some detail in _publishing
	not detail.PrivateDnsNameVerificationState
	reason := $"whether the private DNS name of {service.name} is verified is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["PrivateDnsEnabled", "ServiceName"])
	count(hidden) > 0
	not service.of_aws
	reason := "whether private DNS is asked for, or of which service, is not known yet"
}

# The names of AWS's own services are AWS's.
_judged if {
	endpoint.remains
	input.request.PrivateDnsEnabled == true
	service.parsed.form == "endpoint-service"
}

_publishing := [detail | some detail in service.details; detail.PrivateDnsName]
