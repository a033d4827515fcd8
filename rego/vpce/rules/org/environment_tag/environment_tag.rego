# METADATA
# title: Tag values agree with the environment
# description: The Environment tag equals the environment of the VPC/account.
# related_resources:
# - ref: https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/defining-and-publishing-a-tagging-schema.html
#   description: one meaning for each tag value
# custom:
#   id: VPCE-ORG-004
#   kind: org
#   severity: warning
#   enforcement_action: warn
#   effect: org-decision
#   remediation: Set the tag Environment to the environment named in the message.
#   reads:
#     - /request/TagSpecifications
#     - /current/Tags
#     - /context/Vpc/Tags
#     - /org/environments
#     - /org/environment_names
package vpce.rules.org.environment_tag

import data.vpce.lib.endpoint
import data.vpce.lib.org

deny contains {"message": message, "path": org.tags_at} if {
	endpoint.remains
	some value in org.known_tags.Environment
	not value in data.org.environment_names
	here := data.org.environment
	message := $"the tag Environment is {value}, but the account or VPC belongs to {here}"
}

undetermined contains org.untold_tags if {
	endpoint.remains
	data.org.environment_names
}

undetermined contains org.unknown_environment if {
	endpoint.remains
	data.org.environment_names
	not data.org.environment
	not org.known_tags == {}
}
