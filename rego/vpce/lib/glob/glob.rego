# METADATA
# title: Patterns with * for any text
package vpce.lib.glob

# METADATA
# description: True where a text is what a pattern says; every other character stands for itself.
# scope: rule
matches(pattern, text) if pattern == text

matches(pattern, text) if {
	contains(pattern, "*")
	parts := [quoted(part) | some part in split(pattern, "*")]
	regex.match($"^(?s:{concat(".*", parts)})$", text)
}

# METADATA
# description: True where one of the patterns does.
# scope: rule
any_matches(patterns, text) if {
	some pattern in patterns
	matches(pattern, text)
}

# METADATA
# description: A text as a regular expression that stands for nothing else.
# scope: rule
quoted(text) := concat("", [`\Q`, replace(text, `\E`, `\E\\E\Q`), `\E`])
