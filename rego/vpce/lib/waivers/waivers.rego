# METADATA
# title: Waivers that concern the proposal
# description: |
#   Every member of a waiver's match has to agree; one that is not known never does. The service has written times so
#   that they compare as texts, and says in `refused` why a waiver can never count.
package vpce.lib.waivers

import data.vpce.lib.endpoint
import data.vpce.lib.glob
import data.vpce.lib.org
import data.vpce.lib.policy
import data.vpce.lib.service

# METADATA
# description: The waivers of data.org whose match agrees with the proposal.
matching contains waiver if {
	some waiver in data.org.waivers
	every member, wanted in waiver.match {
		_agrees(member, wanted)
	}
}

# METADATA
# description: Those that count, as {"id", "rule", "expires"}.
in_force contains {"id": waiver.id, "rule": waiver.rule, "expires": waiver.ends} if {
	some waiver in matching
	counts(waiver)
}

# METADATA
# description: |
#   True where nothing is against a waiver. Without a time none counts; where nobody says who asks now, one counts that
#   says who asked for it.
# scope: rule
counts(waiver) if {
	not waiver.refused
	asked_by_another(waiver)
	org.now < waiver.expires
	org.now >= object.get(waiver, "starts", "")
}

# METADATA
# description: True where the one who asks now approved a waiver, by the ARN or a name in it.
# scope: rule
self_approved(waiver) if lower(waiver.approved_by) in {lower(name) | some name in _asking}

# METADATA
# description: True where somebody else than its approver asks, or is known to have asked for a waiver.
# scope: rule
asked_by_another(waiver) if {
	count(_asking) > 0
	not self_approved(waiver)
}

asked_by_another(waiver) if {
	count(_asking) == 0
	waiver.requested_by
}

_asking contains input.context.principal if input.context.principal

_asking contains name if some name in array.slice(split(input.context.principal, "/"), 1, 9)

_agrees(member, wanted) if {
	some pattern in policy.as_list(wanted)
	some value in _facts[member]
	glob.matches(pattern, value)
}

_agrees("tags", wanted) if {
	every key, value in wanted {
		org.tags[key] == {value}
	}
}

_facts.vpc_id contains input.endpoint.VpcId

_facts.service contains service.name

_facts.service contains service.parsed.service

_facts.account contains input.context.AccountId

_facts.region contains input.context.Region

_facts.environment contains data.org.environment

_facts.endpoint_id contains endpoint.id

_facts.endpoint_type contains endpoint.type

_facts.address contains input.address
