# METADATA
# title: The form of AWS's ids
# description: |
#   An id is a prefix and 8 or 17 hexadecimal digits. What a tool puts in the place of an id that is not there yet (the
#   address of a resource, an expression, a reference) stands for one and says nothing about its form.
# related_resources:
# - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
package vpce.lib.ids

# METADATA
# description: True for an id of a kind, named by its prefix (vpc, subnet, sg, rtb, vpce).
# scope: rule
well_formed(prefix, id) if {
	digits := trim_prefix(id, $"{prefix}-")
	digits != id
	count(digits) in {8, 17}
	trim(digits, "0123456789abcdef") == ""
}

# METADATA
# description: |
#   True for a text that stands for an id not known yet: ids have letters, digits and hyphens only, and addresses,
#   expressions and references have something else.
# scope: rule
stands_for_one(text) if trim(text, _characters) != ""

_characters := "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"

# METADATA
# description: True for a text that can be no id of a kind and stands for none.
# scope: rule
malformed(prefix, text) if {
	is_string(text) # null stands for an id that is not known
	text != ""
	not well_formed(prefix, text)
	not stands_for_one(text)
}

# METADATA
# description: |
#   True for a text that stands for a value of any form that is not known yet: an expression or the address of a
#   resource. Names of services and ARNs are neither.
# scope: rule
expression(text) if contains(text, "${")

expression(text) if contains(text, "{{")

expression(text) if regex.match(`^((module|data)\.|[a-z]+_[a-z_]+\.)`, text)

expression(text) if startswith(text, "urn:pulumi:")
