package acme.rules.net.unshared_group_test

import data.acme.rules.net.unshared_group as rule
import data.vpce.testing.fixture

_with(others) := object.union(fixture.interface({}), {"context": {"VpcEndpoints": others}})

test_a_shared_group_is_denied if {
	rule.deny == {{
		"message": "sg-0a000001 is a security group of vpce-0b000001, too",
		"path": "/request/SecurityGroupIds",
	}} with input as _with([{"VpcEndpointId": "vpce-0b000001", "Groups": [{"GroupId": "sg-0a000001"}]}])
}

test_another_group_passes if {
	rule.deny == set() with input as _with([{"VpcEndpointId": "vpce-0b000001", "Groups": [{"GroupId": "sg-0b000001"}]}])
}
