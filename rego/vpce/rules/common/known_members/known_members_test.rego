package vpce.rules.common.known_members_test

import data.vpce.rules.common.known_members as rule
import data.vpce.testing.fixture

asked(members) := fixture.interface(members)

test_members_of_the_request_pass if {
	rule.deny == set() with input as asked({"ClientToken": "x", "Tags": null})
	rule.deny == set() with input as fixture.modify({"VpcEndpointId": "vpce-1", "ResetPolicy": true}, {}, {})
}

test_another_word_is_told if {
	rule.deny == {{
		"message": "Tags is not a member of the request, so AWS would not see it",
		"path": "/request/Tags",
	}} with input as asked({"Tags": []})
	{d.path | some d in rule.deny} == {"/request/a~1b~0c"} with input as asked({"a/b~c": 1})
	{d.path | some d in rule.deny} == {"/request/VpcId"} with input as fixture.modify({"VpcId": "vpc-1"}, {}, {})
}

test_another_writing_is_mended if {
	every member in ["client_token", "clientToken", "Client-Token"] {
		{d.fix | some d in rule.deny} == {[{
			"op": "move",
			"from": $"/request/{member}",
			"path": "/request/ClientToken",
		}]} with input as asked({member: "x"})
	}
	[only] := [d | some d in rule.deny] with input as asked({"subnet_ids": []})
	not only.fix
}

test_a_value_known_later_does_not_make_it_one if {
	rule.deny == {{
		"message": "Tags is not a member of the request, whatever its value will be",
		"path": "/request/Tags",
	}} with input as object.union(asked({}), {"unknown": ["/request/Tags/0", "/request/VpcId", "/context/Other"]})
}

test_a_delete_is_not_looked_at if {
	rule.deny == set() with input as {"operation": "delete", "request": {"VpcEndpointIds": ["vpce-1"]}}
}

test_nested_members_count if {
	found := {d.path: d.message | some d in rule.deny} with input as asked({
		"DnsOptions": {"DnsRecordType": "ipv4", "DnsRecordIpType": "ipv4", "Other": null},
		"SubnetConfigurations": [{"SubnetId": "subnet-1", "IPv4": "10.0.1.9"}],
		"TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "a", "value": "b"}], "Resource": "x"}],
	})
	object.keys(found) == {
		"/request/DnsOptions/DnsRecordType",
		"/request/SubnetConfigurations/0/IPv4",
		"/request/TagSpecifications/0/Resource",
		"/request/TagSpecifications/0/Tags/0/value",
	}
	found["/request/TagSpecifications/0/Tags/0/value"] == "value is not a member of a tag, which has Key, Value"
}
