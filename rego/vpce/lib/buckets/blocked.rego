package vpce.lib.buckets

import data.vpce.lib.passes

# METADATA
# description: |
#   What of a workload's buckets surely no request reaches under some statements, in the form of asked_by(). Of
#   workloads of which it needs one, those of the first count where none is whole.
# scope: rule
blocked(name, region, statements) := _blocked_of(name, region, statements) | {asked |
	others := alternatives(name)
	count(others) > 0
	every other in others {
		count(_blocked_of(other, region, statements)) > 0
	}
	some asked in _blocked_of(others[0], region, statements)
}

_blocked_of(name, region, statements) := {asked |
	some asked in asked_by(name, region)
	passes.shuts_out(statements, asked)
}
