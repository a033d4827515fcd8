package vpce.lib.thirdparty_test

import data.vpce.lib.thirdparty
import data.vpce.testing.fixture

test_only_endpoint_services_are_asked_about if {
	thirdparty.asked with input as fixture.gwlb({}) with data.org as {"third_party": []}
	not thirdparty.asked with input as fixture.gwlb({}) with data.org as {}
	not thirdparty.asked with input as fixture.interface({}) with data.org as {"third_party": []}
}

test_the_owner_is_what_the_context_tells if {
	name := "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001"
	told := object.union(fixture.gwlb({}), {"context": {"ServiceDetails": [{"ServiceName": name, "Owner": "1"}]}})
	thirdparty.owner == "1" with input as told
	thirdparty.ours with input as told with data.org as {"accounts": ["1"]}
	not thirdparty.ours with input as fixture.gwlb({}) with data.org as {"accounts": ["1"]}
	thirdparty.entries == [{"service_name": name}] with input as told
		with data.org as {"third_party": [{"service_name": name}, {"service_name": "x"}]}
}

test_services_of_the_own_account_and_of_the_document_are_ours if {
	name := "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001"
	own := {"context": {"AccountId": "1", "ServiceDetails": [{"ServiceName": name, "Owner": "1"}]}}
	thirdparty.ours with input as object.union(fixture.gwlb({}), own) with data.org as {"accounts": []}
	made := fixture.gwlb({"ServiceName": "com.amazonaws.vpce.us-east-1.${Service}"})
	thirdparty.ours with input as made with data.org as {"accounts": []}
}
