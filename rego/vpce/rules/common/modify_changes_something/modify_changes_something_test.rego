package vpce.rules.common.modify_changes_something_test

import data.vpce.rules.common.modify_changes_something as rule
import data.vpce.testing.fixture

current := {
	"VpcEndpointId": "vpce-1",
	"SubnetIds": ["subnet-1"],
	"RouteTableIds": ["rtb-1"],
	"Groups": [{"GroupId": "sg-1"}],
}

modified(request) := fixture.modify(request, current, {})

ids := {"SubnetIds": "subnet-1", "RouteTableIds": "rtb-1", "SecurityGroupIds": "sg-1"}

test_changes_pass if {
	every kind, id in ids {
		request := {$"Add{kind}": ["new-1", null], $"Remove{kind}": [id]}
		rule.deny == set() with input as modified(request)
		rule.undetermined == set() with input as modified(request)
	}
}

test_what_is_attached_is_not_added if {
	every kind, id in ids {
		path := $"/request/Add{kind}/1"
		rule.deny == {{
			"message": $"{id} would be added, but is already attached",
			"path": path,
			"fix": [{"op": "remove", "path": path}],
		}} with input as modified({$"Add{kind}": ["new-1", id]})
	}
}

test_what_is_not_attached_is_not_taken_away if {
	every kind, _ in ids {
		path := $"/request/Remove{kind}/0"
		rule.deny == {{
			"message": "other-1 would be removed, but is not attached",
			"path": path,
			"fix": [{"op": "remove", "path": path}],
		}} with input as modified({$"Remove{kind}": ["other-1", null]})
	}
}

test_what_is_attached_must_be_known if {
	pointers := {
		"SubnetIds": "/current/SubnetIds",
		"RouteTableIds": "/current/RouteTableIds",
		"SecurityGroupIds": "/current/Groups",
	}
	every kind, pointer in pointers {
		every verb in ["Add", "Remove"] {
			rule.undetermined == {{
				"reason": "what is attached to the endpoint now is not known",
				"missing": [pointer],
			}} with input as fixture.modify({$"{verb}{kind}": ["x-1"]}, {"VpcEndpointId": "vpce-1"}, {})
		}
	}
	rule.undetermined == set() with input as fixture.modify({"AddSubnetIds": []}, {"VpcEndpointId": "vpce-1"}, {})
}

test_ids_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "which ids the request adds or takes away is not known yet",
		"missing": ["/request/AddRouteTableIds/0"],
	}} with input as object.union(modified({}), {"unknown": ["/request/AddRouteTableIds/0"]})
}
