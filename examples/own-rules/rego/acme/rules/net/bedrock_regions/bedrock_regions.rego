# METADATA
# title: Bedrock is used in the Regions we have agreed on
# description: Interface endpoints for Bedrock are in, and lead to, one of the Regions that org data name.
# related_resources:
# - ref: https://policies.example.com/bedrock
#   description: Why these Regions.
# custom:
#   id: ACME-NET-001
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Use Bedrock in one of the Regions that the message names.
#   reads: [/request/ServiceName, /org/x-acme]
package acme.rules.net.bedrock_regions

import data.vpce.lib.endpoint
import data.vpce.lib.service

deny contains {"message": message, "path": "/request/ServiceName"} if {
	endpoint.remains
	regions := data.org["x-acme"].bedrock_regions
	regex.match(`^bedrock(-|$)`, service.parsed.service)
	not service.parsed.region in regions
	message := $"Bedrock of {service.parsed.region} is used; we use that of {concat(", ", regions)}"
}
