# METADATA
# title: What is not known
# description: |
#   input.unknown lists, as JSON Pointers into the proposal, the values that exist but cannot be
#   known yet (Terraform after_unknown, unresolved intrinsics). Unknown is never false.
package vpce.lib.unknown

# METADATA
# description: The unknown pointers at, above or below one of the given pointers.
# scope: rule
touching(unknown, pointers) := {candidate |
	some candidate in unknown
	some pointer in pointers
	touches(candidate, pointer)
}

# METADATA
# description: True where one of two pointers is the other, above it or below it.
# scope: rule
touches(candidate, pointer) if candidate == pointer

touches(candidate, pointer) if startswith(candidate, $"{pointer}/")

touches(candidate, pointer) if startswith(pointer, $"{candidate}/")

# METADATA
# description: |
#   Whether a request member carries something: null, "", [] and {} are what tools send for "not given".
# scope: rule
given(value) if {
	value != null
	value != ""
	value != []
	value != {}
}
