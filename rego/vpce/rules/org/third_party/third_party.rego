# METADATA
# title: Third-party services are registered
# description: An endpoint service (vpce-svc) is only used when its name and its owner account are on the list.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/security_iam_id-based-policy-examples.html
# custom:
#   id: VPCE-ORG-015
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Have the service put on the list third_party of the org data, with its owner_account.
#   reads:
#     - /request/ServiceName
#     - /context/ServiceDetails
#     - /org/third_party
#     - /org/accounts
#   aws:
#   - text: 'ec2:VpceServiceOwner values: amazon, aws-marketplace or account id.'
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/security_iam_id-based-policy-examples.html
#     status: documented
#   frameworks:
#     - framework: nist-800-53
#       controls: [CA-3]
#       relation: part
#       doc: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
package vpce.rules.org.third_party

import data.vpce.lib.endpoint
import data.vpce.lib.org
import data.vpce.lib.service
import data.vpce.lib.thirdparty

deny contains {"message": message, "path": org.at("ServiceName")} if {
	thirdparty.asked
	not thirdparty.ours
	count(thirdparty.entries) == 0
	message := $"{service.name} is not on the list of third-party services"
}

deny contains {"message": message, "path": org.at("ServiceName"), "remediation": remediation} if {
	thirdparty.asked
	not thirdparty.ours
	count(thirdparty.entries) > 0
	owners := {entry.owner_account | some entry in thirdparty.entries}
	not thirdparty.owner in owners
	owner := thirdparty.owner
	message := $"{service.name} is owned by {owner}, but is registered for {concat(", ", sort(owners))}"
	remediation := "Check the service name with its provider; if the owner changed, correct owner_account in the org data."
}

deny contains {"message": message, "path": org.at("ServiceName"), "remediation": remediation} if {
	thirdparty.asked
	not thirdparty.ours
	count(_entries) > 0
	not _some_last
	message := $"the registration of {service.name} ended on {_entries[0].expires}"
	remediation := "Have the registration in third_party of the org data renewed."
}

undetermined contains {"reason": "the service is not known yet", "missing": unsaid} if {
	endpoint.remains
	data.org.third_party
	unsaid := endpoint.unknown_members(input, ["ServiceName"])
	count(unsaid) > 0
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	thirdparty.asked
	not thirdparty.ours
	not thirdparty.owner
	_some_last
	owners := concat(" or ", sort({entry.owner_account | some entry in thirdparty.entries}))
	reason := $"whether {service.name} is owned by {owners}, for which it is registered, is not known"
}

# The entries that may be the owner's: those of the owner, or all where nobody tells who that is.
_entries := [entry | some entry in thirdparty.entries; entry.owner_account == thirdparty.owner] if {
	thirdparty.owner
} else := thirdparty.entries

_some_last if {
	some entry in _entries
	_lasts(entry)
}

_lasts(entry) if not entry.until

_lasts(entry) if org.now < entry.until
