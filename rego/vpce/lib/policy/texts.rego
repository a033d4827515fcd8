package vpce.lib.policy

# METADATA
# description: A member that may be one value or a list of them, as a list; nothing is an empty one.
# scope: rule
as_list(value) := value if {
	is_array(value)
} else := [] if {
	value == null
} else := [value]

# METADATA
# description: |
#   The values of a statement's member, in order, each as {"text", "path"}: the path is below the statement and has an
#   index only where the values are in a list. What is no string is left out.
# scope: rule
texts(statement, member) := [{"text": text, "path": path} |
	value := object.get(statement, member, null)
	some i, text in as_list(value)
	is_string(text)
	path := _place(member, value, i)
]

# METADATA
# description: |
#   A text with each policy variable (${aws:username}) and each escape (${*}) replaced by a dollar sign: what is left of
#   wildcards and colons means something.
# scope: rule
masked(text) := concat("$", array.concat([pieces[0]], behind)) if {
	pieces := split(text, "${")
	behind := [_behind(piece) | some i, piece in pieces; i > 0]
}

# METADATA
# description: True for a text with a wildcard, * or ?.
# scope: rule
has_wildcard(text) if {
	some wildcard in ["*", "?"]
	contains(masked(text), wildcard)
}

# METADATA
# description: True for a text that matches everything or everything of some length, as "*" does.
# scope: rule
only_wildcards(text) if {
	text != ""
	trim(text, "*?") == ""
}

# METADATA
# description: |
#   {"partition", "service", "region", "account", "resource"} of an ARN, with policy variables masked. Undefined for
#   what is none.
# scope: rule
arn(text) := {
	"partition": parts[1],
	"service": parts[2],
	"region": parts[3],
	"account": parts[4],
	"resource": concat(":", array.slice(parts, 5, count(parts))),
} if {
	startswith(text, "arn:")
	parts := split(masked(text), ":")
	count(parts) > 5
}

# METADATA
# description: |
#   True where the pattern, with * for any text, matches all that the other does. False for patterns with ? or with
#   more than one * that are not the same: what is not sure is not told.
# scope: rule
pattern_covers(wide, narrow) if wide == narrow

pattern_covers(wide, narrow) if {
	not contains(wide, "?")
	[front, back] := split(wide, "*")
	startswith(narrow, front)
	endswith(narrow, back)
	count(narrow) >= count(front) + count(back)
}

# METADATA
# description: |
#   A value of any type as a message shows it: a plain one as JSON, cut short, and what has members by its kind, because
#   the engines write members in different orders.
# scope: rule
shown(value) := substring(json.marshal(value), 0, 80) if {
	_plain(value)
} else := $"an {type_name(value)}"

_plain(value) if not type_name(value) in {"array", "object"}

_behind(piece) := concat("}", array.slice(parts, 1, count(parts))) if {
	parts := split(piece, "}")
	count(parts) > 1
} else := piece

_place(member, value, i) := $"{member}/{i}" if {
	is_array(value)
} else := member
