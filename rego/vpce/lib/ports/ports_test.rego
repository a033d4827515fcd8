package vpce.lib.ports_test

import data.vpce.lib.ports
import data.vpce.testing.fixture

test_services_of_aws_listen_on_443_but_for_a_few if {
	ports.of_service == [443] with input as fixture.interface({})
	smtp := fixture.interface({"ServiceName": "com.amazonaws.us-east-1.email-smtp"})
	ports.in_words == "25 or 465 or 587 or 2465 or 2587" with input as smtp
	cluster := fixture.interface({"ServiceName": "com.amazonaws.us-east-1.dsql-fnh4"})
	ports.of_service == [5432] with input as cluster
}

test_the_port_of_an_endpoint_service_is_only_known_from_org_data if {
	proposal := fixture.interface({"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0b000000000000002"})
	not ports.of_service with input as proposal
	ports.of_service == [8443] with input as proposal
		with data.org.service_ports as {"vpce-svc-0b000000000000002": [8443]}
}
