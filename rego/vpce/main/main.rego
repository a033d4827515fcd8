# METADATA
# title: The one entrypoint of both engines
# description: |
#   Walks data.vpce.rules[family][rule]; no list of rules exists. Only the families of the
#   endpoint's type are looked at, so rules of another type cost nothing.
package vpce.main

import data.vpce.lib.endpoint

# METADATA
# description: What the rules say about the proposal in input. Never undefined.
# entrypoint: true
result := {
	"revision": data.vpce.revision,
	"violations": violations,
	"undetermined": undetermined,
}

# METADATA
# description: |
#   The same for each proposal of input.batch, in its order. What proposals have in common may come once, in
#   input.shared: `context`, added to each proposal's `own_context`, and `peers`, which its `peer_indexes` point into.
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
	"Interface": ["common", "iface"],
	"Gateway": ["common", "gw"],
	"GatewayLoadBalancer": ["common", "gwlb"],
}

default _families := ["common"]

_families := _families_of[endpoint.type]

_whole(proposal) := object.union(proposal, {
	"context": object.union(input.shared.context, proposal.own_context),
	"peers": [input.shared.peers[i] | some i in proposal.peer_indexes],
}) if {
	input.shared
} else := proposal
