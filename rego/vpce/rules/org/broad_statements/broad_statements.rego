# METADATA
# title: Statements name actions or resources
# description: In prod no Allow has Action "*"/NotAction together with Resource "*"/NotResource, unless narrowed
#   by org conditions.
# related_resources:
# - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
#   description: least privilege
# custom:
#   id: VPCE-ORG-010
#   kind: org
#   severity: warning
#   enforcement_action: warn
#   effect: org-decision
#   remediation: Name the actions or the resources, or add a condition such as StringEquals aws:PrincipalOrgID.
#   reads:
#     - /request/PolicyDocument
#     - /current/PolicyDocument
#     - /org/policy/forbid_star_action
#     - /org/policy/prove
#     - /org/policy/resource_org_exceptions
#     - /org/policy/exception_conditions
#     - /org/accounts
#   frameworks:
#     - framework: nist-800-53
#       controls: [AC-6]
#       relation: part
#       doc: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
package vpce.rules.org.broad_statements

import data.vpce.lib.endpoint
import data.vpce.lib.org
import data.vpce.lib.perimeter
import data.vpce.lib.policy
import data.vpce.lib.service

deny contains {"message": message, "path": policy.effective_pointer(i, "")} if {
	_asked
	some i, statement in perimeter.judged
	statement.Effect == "Allow"
	policy.broad_actions(statement, _prefix)
	policy.broad_resources(statement)
	not policy.narrowed_by(statement, _keys)
	not _shut_out
	not policy.hidden(i, "")
	message := $"statement {i} allows all actions on all resources"
}

undetermined contains why if {
	_asked
	some why in perimeter.untold
}

undetermined contains org.unknown_environment if {
	endpoint.remains
	org.unclear(data.org.policy.forbid_star_action)
}

_asked if {
	endpoint.remains
	org.for_environment(data.org.policy.forbid_star_action) == true
}

_keys := ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:ResourceOrgID", "aws:ResourceOrgPaths"]

_shut_out if {
	some statement in perimeter.judged
	policy.denies_others(statement, _keys, ["aws:PrincipalIsAWSService"])
}

# The statements together keep others out, or keep what is reached inside, in whatever way they do.
_shut_out if {
	some question in ["outside_principals", "outside_resources"]
	input.proofs[question].answer == "proved"
}

# s3:* on an endpoint to S3 is as good as *
_prefix := split(service.parsed.service, ".")[0]
