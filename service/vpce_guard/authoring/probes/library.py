"""The Rego around the probes: the entrypoint that asks them, and what a probe makes of what it finds."""

from __future__ import annotations

from collections.abc import Sequence

from vpce_guard.bundle.rules import BUILT_IN

_ENTRY = """package vpce.explain

import data.vpce.revision

# input.explain: `packages` of rules whose deny and undetermined are explained, `rules` (facts) and `calls` of
# functions that are, by full name, with the packages they are in (`rule_packages`, `lib_packages`).
result := answer if {
	answer := _answer with data.org as input.org
} else := _answer

results := [answer |
	some one in input.batch
	answer := result with input as one
]

_answer := {
	"revision": revision,
	"bodies": %s,
	"facts": %s,
	"calls": %s,
}
"""
_OF_RULES = """{found |
		some [%sfamily, name] in input.explain.%s
		some found in data.%s.rules[family][name].%s
	}"""
_OF_LIBRARIES = """{found |
		some %s in input.explain.lib_packages
		some found in data.%s.lib[name].%s
	}"""


def entry(roots: Sequence[str] = ()) -> str:
    """The entrypoint; packages of own roots are named with them, `[root, family, name]` and `[root, name]`."""
    bodies = _of_rules(BUILT_IN, "", "packages", "explain_bodies")
    facts, calls = (_of_packages(BUILT_IN, "", "name", what) for what in ("explain_facts", "explain_calls"))
    for root in roots:
        at = f'"{root}", '
        bodies += " | " + _of_rules(root, at, "packages", "explain_bodies")
        facts += " | " + _of_packages(root, at, f"[{at}name]", "explain_facts")
        calls += " | " + _of_packages(root, at, f"[{at}name]", "explain_calls")
    return _ENTRY % (bodies, facts, calls)


def _of_packages(root: str, at: str, library: str, what: str) -> str:
    return _of_rules(root, at, "rule_packages", what) + " | " + _OF_LIBRARIES % (library, root, what)


def _of_rules(root: str, at: str, asked: str, what: str) -> str:
    return _OF_RULES % (at, asked, root, what)


LIBRARY = """package vpce.explain_tree

# A node says how far a body gets from where some of its expressions hold: `held` is how many hold at most, `failed`
# which ones, counted from 1, do not hold somewhere, `ways` how many ways lead as far as any does, `states` the
# variables of the first of them and the values each expression saw, `heads` what the body yields. With
# input.explain.collect, `calls` are all the calls of functions on the way.
node(held, bound, values, []) := {
	"held": held,
	"failed": {held + 1},
	"ways": 1,
	"states": [{"bound": bound, "trail": [values]}],
	"heads": set(),
	"calls": _calls(values),
}

node(_, bound, values, kids) := {
	"held": held,
	"failed": union({kid.failed | some kid in kids}),
	"ways": sum([kid.ways | some kid in furthest]),
	"states": array.slice(
		[object.union(state, {
			"bound": object.union(bound, state.bound),
			"trail": array.concat([values], state.trail),
		}) |
			some kid in furthest
			some state in kid.states
		],
		0, 3,
	),
	"heads": union({kid.heads | some kid in kids}),
	"calls": union({kid.calls | some kid in kids}) | _calls(values),
} if {
	count(kids) > 0
	held := max([kid.held | some kid in kids])
	furthest := [kid | some kid in kids; kid.held == held]
}

fired(held, head, bound) := {
	"held": held,
	"failed": set(),
	"ways": 1,
	"states": [{"bound": bound, "trail": [], "head": head}],
	"heads": {head},
	"calls": set(),
}

values(all) := {"count": count(all), "first": [_short(value) | some value in array.slice(all, 0, 3)]}

called(name, all, args) := object.union(values(all), {
	"name": name,
	"args": [[_sent(arg) | some arg in each] | some each in array.slice(args, 0, 3)],
})

# Arguments leave as JSON and come back: sets as lists that say so, the input as a word.
args(call) := [_received(arg) | some arg in call.args]

_sent(arg) := {"explain": "set", "members": arg} if {
	is_set(arg)
} else := arg

_received(arg) := input if {
	arg == {"explain": "input"}
} else := {member | some member in arg.members} if {
	arg.explain == "set"
} else := arg

# A long value is cut here: what has many members by their number, at once, other values by the length of their text.
_short(value) := {"begins": json.marshal(_some(value)), "count": count(value)} if {
	_has_members(value)
	count(value) > 20
} else := {"begins": substring(json.marshal(value), 0, 200), "count": count(value)} if {
	_long(value)
} else := {"is": value}

_long(value) if {
	is_string(value)
	count(value) > 600
}

_long(value) if {
	_has_members(value)
	count(json.marshal(value)) > 600
}

_has_members(value) if is_array(value)

_has_members(value) if is_set(value)

_has_members(value) if is_object(value)

_some(value) := array.slice(value, 0, 3) if {
	is_array(value)
} else := array.slice([member | some member in value], 0, 3) if {
	is_set(value)
} else := array.slice([key | some key, _ in value], 0, 3)

default _calls(_) := set()

_calls(values) := {{"name": value.name, "args": args} |
	some value in values
	some args in value.args
} if {
	input.explain.collect
}
"""
