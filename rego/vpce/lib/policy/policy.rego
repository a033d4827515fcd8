# METADATA
# title: What an endpoint policy says
# description: |
#   The one place that knows the grammar of policies. The reader parses the text and hands over
#   input.policy; an input without it, as a caller of a bare OPA may send, is parsed here.
package vpce.lib.policy

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

# METADATA
# description: |
#   The policy of the request as JSON of any type; undefined where none is given or its text is not JSON.
document := input.policy.request.document

document := input.request.PolicyDocument if {
	not input.policy
	_given
	not is_string(input.request.PolicyDocument)
}

document := json.unmarshal(input.request.PolicyDocument) if {
	not input.policy
	_given
	is_string(input.request.PolicyDocument)
}

# METADATA
# description: Why the text of the policy is not JSON; undefined where it is.
error := input.policy.request.error

error := "unreadable" if {
	not input.policy
	_given
	is_string(input.request.PolicyDocument)
	not _unmarshals
}

_unmarshals if json.unmarshal(input.request.PolicyDocument) != {}

_unmarshals if json.unmarshal(input.request.PolicyDocument) == {}

# AWS takes an empty string as not given; {} and [] are given and wrong.
_given if not input.request.PolicyDocument in {null, ""}

# METADATA
# description: |
#   How long the policy of the request is: the text as given, or the shortest text of a policy given as an object.
#   Undefined where none is given.
characters := input.policy.request.characters

characters := count(input.request.PolicyDocument) if {
	not input.policy
	_given
	is_string(input.request.PolicyDocument)
}

characters := count(json.marshal(document)) if {
	not input.policy
	_given
	not is_string(input.request.PolicyDocument)
}

# METADATA
# description: True where the request gives a policy, readable or not.
given if _given

# METADATA
# description: Pointers of what is not known of the policy of the request, the whole or something inside it.
unknown_parts := unknown.touching(_unknown, ["/request/PolicyDocument"])

# METADATA
# description: |
#   Those of them that may be about some elements of a statement: what is in one of these, and what holds whole
#   statements.
# scope: rule
unknown_of(elements) := {part |
	some part in unknown_parts
	_may_be_about(part, elements)
}

_may_be_about(part, _) if not startswith(part, _in_statement)

_may_be_about(part, elements) if {
	startswith(part, _in_statement)
	[first, second] := array.slice(array.concat(split(trim_prefix(part, _in_statement), "/"), [""]), 0, 2)
	element := {true: second, false: first}[regex.match(`^[0-9]+$`, first)] # a statement may stand in no list
	element in (elements | {""})
}

_in_statement := "/request/PolicyDocument/Statement/"

# METADATA
# description: |
#   The policy a current endpoint has as JSON of any type; undefined where the context does not tell or the text is
#   not JSON.
current_document := input.policy.current.document

current_document := input.current.PolicyDocument if {
	not input.policy
	is_object(input.current.PolicyDocument)
}

current_document := json.unmarshal(input.current.PolicyDocument) if {
	not input.policy
	is_string(input.current.PolicyDocument)
}

# METADATA
# description: The policy AWS attaches where none is given.
full_access := {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}

# METADATA
# description: |
#   The same as text, as the reader writes it. json.marshal orders members differently in each engine, so that it is of
#   no use for what is shown or compared.
full_access_text := `{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}`

# METADATA
# description: |
#   The policy the endpoint has after the operation, as {"source", "document"}; source is "reset", "request", "current"
#   or "default". Undefined while it is not known and where the endpoint has none.
effective := {"source": "reset", "document": full_access} if {
	endpoint.remains
	input.request.ResetPolicy == true
} else := {"source": "request", "document": document} if {
	endpoint.remains
	given
} else := {"source": "current", "document": current_document} if {
	input.operation == "modify"
	_untouched
} else := {"source": "default", "document": full_access} if {
	input.operation == "create"
	endpoint.type in {"Interface", "Gateway"}
	_untouched
}

# METADATA
# description: The statements of that policy by their index; undefined while the policy is not known.
effective_statements := numbered(effective.document)

# METADATA
# description: |
#   Where a violation about the policy the endpoint has after the operation points: like pointer() where the request
#   gives it, else to the current policy, to ResetPolicy or to where a policy should be.
# scope: rule
effective_pointer(i, rest) := pointer(i, rest) if {
	effective.source == "request"
} else := "/request/ResetPolicy" if {
	effective.source == "reset"
} else := _deep("/current/PolicyDocument", current_document, i, rest) if {
	effective.source == "current"
	is_object(input.current.PolicyDocument)
} else := "/current/PolicyDocument" if {
	effective.source == "current"
} else := "/request/PolicyDocument"

# METADATA
# description: |
#   The statements of the request's policy by their index, 0 for a single one that is in no list. What is no statement
#   (not an object, or one without members) is left out; there are none where the policy is not readable.
statements[i] := statement if some i, statement in numbered(document)

# METADATA
# description: The same for any policy.
# scope: rule
numbered(policy) := {i: statement |
	some i, statement in _listed(policy)
	is_object(statement)
	count(statement) > 0
}

# METADATA
# description: |
#   What to call a statement of the request's policy by in a message: its index, and its Sid where it has one.
# scope: rule
called(i) := $"statement {i} ({sid})" if {
	sid := statements[i].Sid
	is_string(sid)
	sid != ""
} else := $"statement {i}"

# METADATA
# description: |
#   Where something in a statement of the request's policy is in the proposal; that is the policy as a whole where it
#   was given as text. `rest` is a pointer below the statement without leading slash, or "" for the statement.
# scope: rule
pointer(i, rest) := fix_pointer(i, rest) if {
	is_object(input.request.PolicyDocument)
} else := "/request/PolicyDocument"

# METADATA
# description: The same for a fix, which may reach into a policy given as text, as the service rewrites the text.
# scope: rule
fix_pointer(i, rest) := _deep("/request/PolicyDocument", document, i, rest)

# METADATA
# description: True where something at, above or below a place in a statement of the request's policy is not known.
# scope: rule
hidden(i, rest) if count(unknown.touching(_unknown, [fix_pointer(i, rest)])) > 0

# METADATA
# description: A name as it stands in a JSON pointer.
# scope: rule
escape(name) := replace(replace(name, "~", "~0"), "/", "~1")

_deep(start, policy, i, rest) := concat("/", [part |
	some part in [start, "Statement", _position(policy, i), rest]
	part != ""
])

_position(policy, i) := $"{i}" if {
	is_array(policy.Statement)
} else := ""

_listed(policy) := policy.Statement if {
	is_array(policy.Statement)
} else := [policy.Statement] if {
	is_object(policy.Statement)
} else := []

_untouched if {
	not given
	count(unknown.touching(_unknown, ["/request/PolicyDocument", "/request/ResetPolicy"])) == 0
}

_unknown := object.get(input, "unknown", [])
