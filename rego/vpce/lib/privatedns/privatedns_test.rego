package vpce.lib.privatedns_test

import data.vpce.lib.privatedns
import data.vpce.testing.fixture

asked(request, defaults) := object.union(fixture.interface(request), {"defaults": defaults})

silent := {"PrivateDnsEnabled": null}

aws_decides := {"PrivateDnsEnabled": "aws"}

test_the_request_turns_it_on if {
	privatedns.turned_on with input as asked({"PrivateDnsEnabled": true}, {})
	privatedns.how == "PrivateDnsEnabled is true" with input as asked({"PrivateDnsEnabled": true}, {})
}

test_the_request_leaves_it_off if {
	not privatedns.turned_on with input as asked({"PrivateDnsEnabled": false}, {})
}

test_aws_turns_it_on_where_the_service_has_a_private_name if {
	privatedns.turned_on with input as asked(silent, aws_decides)
	privatedns.open == set() with input as asked(silent, aws_decides)
	privatedns.how == "PrivateDnsEnabled is not given, so AWS turns private DNS on" with input as asked(
		silent,
		aws_decides,
	)
}

test_a_sender_that_turns_it_off_leaves_it_off if {
	not privatedns.turned_on with input as asked(silent, {"PrivateDnsEnabled": false})
}

test_it_is_open_where_nobody_knows_the_names_of_the_service if {
	third_party := asked(
		object.union(silent, {"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718"}),
		aws_decides,
	)
	not privatedns.turned_on with input as third_party
	privatedns.open == {"/context/ServiceDetails"} with input as third_party
}

test_it_is_open_while_the_service_is_not_known_yet if {
	hidden := object.union(
		asked(object.union(silent, {"ServiceName": null}), aws_decides),
		{"unknown": ["/request/ServiceName"]},
	)
	privatedns.open == {"/request/ServiceName"} with input as hidden
}

test_it_is_open_while_the_member_is_not_known_yet if {
	hidden := object.union(asked(silent, {}), {"unknown": ["/request/PrivateDnsEnabled"]})
	privatedns.open == {"/request/PrivateDnsEnabled"} with input as hidden
}

test_s3_had_no_private_name_in_2023 if {
	s3 := asked(object.union(silent, {"ServiceName": "com.amazonaws.us-east-1.s3"}), aws_decides)
	privatedns.turned_on with input as object.union(s3, {"profile": "aws-current"})
	not privatedns.turned_on with input as object.union(s3, {"profile": "aws-2023"})
}
