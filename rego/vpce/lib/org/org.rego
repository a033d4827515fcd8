# METADATA
# title: Org data, as rules read it
# description: |
#   data.org holds what is in force for the account and environment of the proposal. Tables by environment may have "*"
#   for every environment without an entry. data.org.environment is absent while it is not known.
package vpce.lib.org

import data.vpce.lib.glob
import data.vpce.lib.service

# METADATA
# description: |
#   The entry of a table for the environment of the proposal; undefined where there is none, and where the environment
#   is not known and would make a difference.
# scope: rule
for_environment(table) := table[data.org.environment] if {
	data.org.environment in object.keys(table)
} else := table["*"] if {
	not unclear(table)
}

# METADATA
# description: True where the environment is not known and the table tells environments apart.
# scope: rule
unclear(table) if {
	not data.org.environment
	some name, _ in table
	name != "*"
}

# METADATA
# description: True where something holds in the environment; a list that is not given names all.
# scope: rule
holds_in(thing) if not thing.envs

holds_in(thing) if data.org.environment in thing.envs

# METADATA
# description: True where it is not known whether something holds.
# scope: rule
unclear_in(thing) if {
	not data.org.environment
	thing.envs
}

# METADATA
# description: What to say, and what is missing, where a rule needs the environment and it is not known.
unknown_environment := {"reason": "the environment of the account is not known", "missing": [_teller]}

_teller := "/context/Vpc/Tags" if {
	input.context.AccountId
} else := "/context/AccountId"

# METADATA
# description: The time of the proposal as a text that compares; undefined where the context has none that can be read.
now := input.instant

# METADATA
# description: Tags of the endpoint after the operation, a set of values by key, those that are known.
tags[tag.Key] contains tag.Value if {
	some tag in input.endpoint.Tags
	not tag.Value in _expressions
}

# What stands for values that are not known.
_expressions contains tag.Value if {
	some i, specification in input.request.TagSpecifications
	some j, tag in specification.Tags
	$"/request/TagSpecifications/{i}/Tags/{j}/Value" in input.unknown
}

# METADATA
# description: Pointers of tags that are not known.
unknown_tags := {pointer |
	some pointer in input.unknown
	startswith(pointer, "/request/TagSpecifications")
}

# METADATA
# description: Where a member of the endpoint stands in the proposal, in the request or as it is now.
# scope: rule
at(member) := $"/request/{member}" if {
	_said(member)
} else := $"/current/{member}" if {
	input.operation == "modify"
} else := $"/request/{member}"

_said(member) if not input.request[member] in {null, "", []}

_said(member) if {
	some pointer in input.unknown
	startswith(pointer, $"/request/{member}")
}

# METADATA
# description: Where the tags of the endpoint stand.
tags_at := "/request/TagSpecifications" if {
	input.operation == "create"
} else := "/current/Tags"

# METADATA
# description: What to say, and what is missing, where the tags of the endpoint are not known.
untold_tags := {"reason": "the tags are not known yet", "missing": unknown_tags} if {
	count(unknown_tags) > 0
} else := {"reason": "the tags of the endpoint are not known", "missing": ["/current/Tags"]} if {
	input.operation == "modify"
	not input.current.Tags
}

# METADATA
# description: The tags of the endpoint as they are compared; undefined while they are not known.
known_tags := tags if not untold_tags

# METADATA
# description: The names a service goes by in org data, the part after the Region and the whole.
service_names contains service.name

service_names contains service.parsed.service

# METADATA
# description: True where the service of the endpoint is one that patterns name.
# scope: rule
names_service(patterns) if {
	some name in service_names
	glob.any_matches(patterns, name)
}
