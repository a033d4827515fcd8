package vpce.rules.common.legal_tags_test

import data.vpce.rules.common.legal_tags as rule
import data.vpce.testing.fixture

tagged(tags) := fixture.interface({"TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": tags}]})

key_messages(tags) := found if {
	found := {d.message | some d in rule.deny; endswith(d.path, "/Key")} with input as tagged(tags)
}

long(n) := concat("", ["x" | some _ in numbers.range(1, n)])

test_ordinary_tags_pass if {
	rule.deny == set() with input as tagged([{"Key": "Owner", "Value": "net"}, {"Key": "owner", "Value": ""}])
	rule.deny == set() with input as tagged([{"Key": long(127), "Value": long(256)}])
	rule.deny == set() with input as tagged([{"Key": $"k{i}", "Value": ""} | some i in numbers.range(1, 50)])
	rule.deny == set() with input as fixture.interface({})
	rule.undetermined == set() with input as tagged([{"Key": "Owner", "Value": "net"}])
}

test_another_resource_type_is_denied if {
	path := "/request/TagSpecifications/0/ResourceType"
	fix := [{"op": "add", "path": path, "value": "vpc-endpoint"}]
	rule.deny == {{
		"message": "tag specification 0 is for vpc, not for vpc-endpoint",
		"path": path,
		"fix": fix,
		"remediation": "Set ResourceType of tag specification 0 to vpc-endpoint.",
	}} with input as fixture.interface({"TagSpecifications": [{"ResourceType": "vpc", "Tags": []}]})
	rule.deny == {{
		"message": "tag specification 0 is for nothing, not for vpc-endpoint",
		"path": path,
		"fix": fix,
		"remediation": "Set ResourceType of tag specification 0 to vpc-endpoint.",
	}} with input as fixture.interface({"TagSpecifications": [{"Tags": []}]})
}

test_keys_have_rules if {
	key_messages([{"Key": "AWS:x"}]) == {"tag key AWS:x starts with aws:, which is reserved"}
	key_messages([{"Key": ""}]) == {"a tag key is empty"}
	key_messages([{"Key": long(129)}]) == {$"tag key {long(129)} has 129 characters; at most 128 are allowed"}
	key_messages([{"Key": long(127)}]) == set()
	twice := [{"Key": "a"}, {"Key": "b"}, {"Key": "a"}]
	key_messages(twice) == {"tag key a is also at /request/TagSpecifications/0/Tags/0"}
}

test_a_key_of_128_characters_is_a_warning if {
	{d.enforcement_action | some d in rule.deny} == {"warn"} with input as tagged([{"Key": long(128)}])
}

test_values_and_numbers_have_limits if {
	rule.deny == {{
		"message": "the value of tag a has 257 characters; at most 256 are allowed",
		"path": "/request/TagSpecifications/0/Tags/0/Value",
	}} with input as tagged([{"Key": "a", "Value": long(257)}])
	rule.deny == {{
		"message": "51 tags are given; at most 50 are allowed",
		"path": "/request/TagSpecifications",
		"remediation": "Take 1 or more of the 51 tags out.",
	}} with input as tagged([{"Key": $"k{i}", "Value": ""} | some i in numbers.range(1, 51)])
}

test_tags_known_later_are_undetermined if {
	hidden := {"unknown": ["/request/TagSpecifications/0/Tags/0/Key"]}
	rule.deny == set() with input as object.union(tagged([{"Value": "x"}]), hidden)
	rule.undetermined == {{
		"reason": "not all tags are known yet",
		"missing": ["/request/TagSpecifications/0/Tags/0/Key"],
	}} with input as object.union(tagged([{"Value": "x"}]), hidden)
	type := {"unknown": ["/request/TagSpecifications/0/ResourceType"]}
	rule.deny == set() with input as object.union(fixture.interface({"TagSpecifications": [{"Tags": []}]}), type)
}

test_a_delete_is_not_looked_at if {
	many := [{"Key": $"k{i}", "Value": long(257)} | some i in numbers.range(1, 51)]
	tags := array.concat([{"Key": long(128)}, {"Key": "aws:x"}], many)
	proposal := fixture.interface({"TagSpecifications": [{"ResourceType": "vpc", "Tags": tags}]})
	rule.deny == set() with input as object.union(proposal, {"operation": "delete"})
}

test_only_128_characters_are_doubtful if {
	key_messages([{"Key": long(128)}]) == {concat(" ", [
		$"tag key {long(128)} has 128 characters,",
		"and AWS documents 127 in one place and 128 in another",
	])}
}

test_a_value_without_a_key_is_called_so if {
	{d.message | some d in rule.deny; endswith(d.path, "/Value")} == {
		"the value of a tag without key has 257 characters; at most 256 are allowed",
	} with input as tagged([{"Key": "", "Value": long(257)}])
}

test_keys_known_later_are_not_the_same if {
	hidden := [$"/request/TagSpecifications/0/Tags/{i}/Key" | some i in [0, 1]]
	rule.deny == set() with input as object.union(tagged([{"Value": "x"}, {"Value": "y"}]), {"unknown": hidden})
}
