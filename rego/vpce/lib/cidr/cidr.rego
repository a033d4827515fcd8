# METADATA
# title: What addresses and ranges say
# description: |
#   Only net.cidr_contains is used, which both engines have of their own. A text that is no address or range is in
#   nothing. IPv4 addresses written as IPv6 ones (::ffff:10.0.0.1) are taken for neither.
package vpce.lib.cidr

# METADATA
# description: True for an IPv4 address in dotted form.
# scope: rule
is_ipv4(text) if {
	not contains(text, "/")
	net.cidr_contains("0.0.0.0/0", text)
	not contains(text, ":")
}

# METADATA
# description: True for an IPv6 address a subnet can have, a global or a unique local one.
# scope: rule
is_ipv6(text) if {
	not contains(text, "/")
	some range in ["2000::/3", "fc00::/7"]
	net.cidr_contains(range, text)
}

# METADATA
# description: True when the first of two ranges of one family lies wholly within the second; also for an address.
# scope: rule
within(inner, outer) if net.cidr_contains(outer, inner)

# METADATA
# description: What two ranges have in common, which is the narrower of them; undefined where they have nothing.
# scope: rule
common(a, b) := a if {
	within(a, b)
} else := b if {
	within(b, a)
}

# METADATA
# description: |
#   True for an address of a subnet's range that AWS keeps for itself: the first four and the last. Asked of addresses
#   within it. The range is written as AWS does, without bits after the prefix.
# scope: rule
reserved(address, range) if {
	width := {true: 126, false: 30}[contains(range, ":")]
	within(address, $"{split(range, "/")[0]}/{width}")
}

reserved(address, range) if {
	is_ipv4(address)
	size := bits.lsh(1, 32 - to_number(split(range, "/")[1]))
	_number(address) % size == size - 1
}

# The prefixes of IPv6 subnets are multiples of four, so a hexadecimal digit is never cut.
reserved(address, range) if {
	is_ipv6(address)
	prefix := to_number(split(range, "/")[1])
	host := substring(canonical(address), prefix / 4, -1)
	trim(host, "f") == ""
}

# METADATA
# description: One spelling of each address, to compare by; that of an IPv6 address is its 32 digits.
# scope: rule
canonical(address) := address if is_ipv4(address)

canonical(address) := concat("", array.concat(array.concat(front, filling), back)) if {
	is_ipv6(address)
	not contains(address, ".")
	halves := split(lower(address), "::")
	front := _digits(halves[0])
	back := _digits(concat("", array.slice(halves, 1, 2)))
	filling := array.slice(_zeros, count(front) + count(back), 8)
}

_zeros := ["0000", "0000", "0000", "0000", "0000", "0000", "0000", "0000"]

_digits(half) := [digits |
	some group in split(half, ":")
	group != ""
	digits := substring($"0000{group}", count(group), -1)
]

_number(address) := sum([part |
	some i, label in split(address, ".")
	part := bits.lsh(to_number(label), 8 * (3 - i))
])
