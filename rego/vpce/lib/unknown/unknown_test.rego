package vpce.lib.unknown_test

import data.vpce.lib.unknown

test_an_element_touches_its_list if {
	unknown.touching(["/request/SubnetIds/1"], ["/request/SubnetIds"]) == {"/request/SubnetIds/1"}
}

test_an_unknown_object_touches_its_members if {
	unknown.touching(["/context/Vpc"], ["/context/Vpc/EnableDnsSupport"]) == {"/context/Vpc"}
}

test_a_longer_name_is_another_member if {
	unknown.touching(["/request/SubnetIdsX"], ["/request/SubnetIds"]) == set()
}

test_empty_values_are_not_given if {
	every value in [null, "", [], {}] {
		not unknown.given(value)
	}
}

test_a_value_is_given if unknown.given(["subnet-1"])
