package vpce.lib.cidr_test

import data.vpce.lib.cidr

test_only_dotted_addresses_are_ipv4 if {
	cidr.is_ipv4("10.0.1.5")
	not cidr.is_ipv4("10.0.1.0/24")
	not cidr.is_ipv4("010.0.1.5")
	not cidr.is_ipv4("10.0.1.256")
	not cidr.is_ipv4("::ffff:10.0.1.5")
	not cidr.is_ipv4("ten")
	not cidr.is_ipv4("")
}

test_only_unicast_addresses_are_ipv6 if {
	cidr.is_ipv6("2600:1f18::5")
	cidr.is_ipv6("fd00::5")
	not cidr.is_ipv6("2600:1f18::/64")
	not cidr.is_ipv6("::1")
	not cidr.is_ipv6("10.0.1.5")
	not cidr.is_ipv6("2600::1f18::5")
}

test_an_address_or_range_lies_within_a_range if {
	cidr.within("10.0.1.5", "10.0.1.0/24")
	cidr.within("10.0.1.0/25", "10.0.1.0/24")
	not cidr.within("10.0.0.0/16", "10.0.1.0/24")
	not cidr.within("10.0.1.5", "2600::/64")
}

test_the_narrower_range_is_common if {
	cidr.common("10.0.0.0/16", "0.0.0.0/0") == "10.0.0.0/16"
	cidr.common("0.0.0.0/0", "10.0.0.0/16") == "10.0.0.0/16"
	cidr.common("10.0.0.0/16", "10.0.0.0/16") == "10.0.0.0/16"
	not cidr.common("10.0.0.0/16", "10.1.0.0/16")
}

test_the_first_four_and_the_last_ipv4_addresses_of_the_subnet_are_reserved if {
	reserved := {a |
		some a in ["10.0.1.64", "10.0.1.67", "10.0.1.68", "10.0.1.78", "10.0.1.79", "10.0.1.80"]
		cidr.reserved(a, "10.0.1.64/28")
	}
	reserved == {"10.0.1.64", "10.0.1.67", "10.0.1.79"}
	not cidr.reserved("10.0.1.255", "10.0.0.0/20")
	cidr.reserved("10.0.15.255", "10.0.0.0/20")
}

test_the_first_four_and_the_last_ipv6_addresses_of_the_subnet_are_reserved if {
	range := "2600:1f18:0:10::/60"
	cidr.reserved("2600:1f18:0:10::", range)
	cidr.reserved("2600:1f18:0:10::3", range)
	not cidr.reserved("2600:1f18:0:10::4", range)
	cidr.reserved("2600:1f18:0:1f:ffff:ffff:ffff:ffff", range)
	not cidr.reserved("2600:1f18:0:1e:ffff:ffff:ffff:ffff", range)
	not cidr.reserved("2600:1f18:0:1f:ffff:ffff:ffff:fffe", range)
}

test_each_address_has_one_spelling if {
	cidr.canonical("10.0.1.5") == "10.0.1.5"
	digits := "26001f18000000000000000000000005"
	{cidr.canonical(a) | some a in ["2600:1f18::5", "2600:1F18:0:0:0::0005", "2600:1f18:0:0:0:0:0:5"]} == {digits}
	cidr.canonical("fd00::") == "fd000000000000000000000000000000"
	not cidr.canonical("2600::1.2.3.4")
	not cidr.canonical("ten")
}
