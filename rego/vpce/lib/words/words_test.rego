package vpce.lib.words_test

import data.vpce.lib.words

test_one_is_singular if words.counted(1, "Availability Zone", "Availability Zones") == "1 Availability Zone"

test_others_are_plural if {
	words.counted(0, "subnet", "subnets") == "0 subnets"
	words.counted(2, "address", "addresses") == "2 addresses"
}

test_the_verb_follows_the_number if {
	[words.are(n) | some n in [0, 1, 2]] == ["are", "is", "are"]
}
