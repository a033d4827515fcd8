# METADATA
# title: The one entrypoint of both engines
# description: |
#   Walks data.vpce.rules[family][rule]; no list of rules exists. Only the families of the
#   endpoint's type are looked at, so rules of another type cost nothing.
package vpce.main

import data.vpce.lib.endpoint
import data.vpce.lib.reach
import data.vpce.lib.waivers

# METADATA
# description: |
#   What the rules say about the proposal in input, under the org data in input.org, which they read as data.org: so
#   that a change of it holds for whole decisions, at once. Undefined where input is no proposal that was read: rules
#   look at `endpoint` and `peers`, which the reader adds, so of what a caller wrote they would say nothing, and an
#   empty list looks like an allow. No engine takes undefined for an answer.
# entrypoint: true
result := answer if {
	_is_read
	answer := _answer with data.org as input.org
} else := _answer if _is_read

_is_read if is_object(input.endpoint)

_is_read if is_array(input.peers)

_answer := {
	"revision": data.vpce.revision,
	"violations": violations,
	"undetermined": undetermined,
	"waivers": waivers.in_force,
	"reach": _reach,
}

default _reach := null

_reach := reach.told

# METADATA
# description: |
#   The same for each proposal of input.batch, in its order. What proposals have in common may come once, in
#   input.shared: `context`, added to each proposal's `own_context`, `peers`, which its `peer_indexes` point into, and
#   `orgs`, which its `org_index` points into.
# entrypoint: true
results := [answer |
	some proposal in input.batch
	whole := _whole(proposal)
	answer := result with input as whole
]

# METADATA
# description: Every deny of every rule that applies to the type of the endpoint.
violations contains {"rule": $"{family}.{name}", "deny": deny} if {
	some family in _families
	some name
	some deny in data.vpce.rules[family][name].deny
}

# METADATA
# description: Every rule that could not be judged and that nothing known already violates.
undetermined contains {"rule": $"{family}.{name}", "undetermined": why} if {
	some family in _families
	some name
	some why in data.vpce.rules[family][name].undetermined
	count(data.vpce.rules[family][name].deny) == 0
}

_families_of := {
	"Interface": ["common", "eni", "iface"],
	"Gateway": ["common", "gw"],
	"GatewayLoadBalancer": ["common", "gwlb"],
	"Resource": ["common", "eni"],
	"ServiceNetwork": ["common", "eni"],
	"Tunnel": ["common", "eni"],
}

_families := array.concat(object.get(_families_of, _type, ["common"]), _families_of_org)

default _type := ""

_type := endpoint.type

default _families_of_org := []

_families_of_org := ["org"] if data.org

_whole(proposal) := object.union_n([
	proposal,
	{
		"context": object.union(input.shared.context, proposal.own_context),
		"peers": [input.shared.peers[i] | some i in proposal.peer_indexes],
	},
	{"org": org | some i, org in input.shared.orgs; i == proposal.org_index},
]) if {
	input.shared
} else := proposal
