# METADATA
# title: Allowed Regions
# description: The VPC Region (and ServiceRegion) is in the allowed list of the environment.
# related_resources:
# - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-requested-region.html
#   description: a policy of IAM that keeps work in the Regions one has chosen
# custom:
#   id: VPCE-ORG-001
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Use a Region listed under regions.allowed in the org data.
#   reads:
#     - /request/ServiceRegion
#     - /context/Region
#     - /org/regions
#   frameworks:
#     - framework: nist-800-53
#       controls: [SA-9(5)]
#       relation: part
#       doc: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
package vpce.rules.org.regions

import data.vpce.lib.endpoint
import data.vpce.lib.glob
import data.vpce.lib.org
import data.vpce.lib.service

deny contains {"message": message, "path": "/context/Region"} if {
	not input.context.Region in _allowed
	message := $"{input.context.Region} is not an allowed Region of {_environment}"
}

deny contains {"message": message, "path": org.at("ServiceRegion")} if {
	_elsewhere
	not input.endpoint.ServiceRegion in _allowed
	message := $"the service is in {input.endpoint.ServiceRegion}, which is not an allowed Region of {_environment}"
}

deny contains {"message": message, "path": org.at("ServiceRegion")} if {
	data.org.regions.cross_region_allowed == false
	_elsewhere
	message := $"the service is in {input.endpoint.ServiceRegion}; services of other Regions are not allowed"
}

undetermined contains org.unknown_environment if {
	_asked
	org.unclear(data.org.regions.allowed)
}

undetermined contains {"reason": "the Region is not known", "missing": ["/context/Region"]} if {
	_asked
	data.org.regions
	not input.context.Region
}

undetermined contains {"reason": "the Region of the service is not known yet", "missing": unsaid} if {
	_asked
	data.org.regions
	unsaid := endpoint.unknown_members(input, ["ServiceRegion"])
	count(unsaid) > 0
}

# the Regions of the context and the request that a pattern of the environment names
_allowed := {region |
	some region in [input.context.Region, object.get(input.endpoint, "ServiceRegion", "")]
	glob.any_matches(_patterns, region)
} if {
	_asked
	_patterns
}

_patterns := org.for_environment(data.org.regions.allowed)

_elsewhere if {
	_asked
	service.crosses_regions
}

_asked if endpoint.remains

_environment := object.get(data.org, "environment", "any environment")
