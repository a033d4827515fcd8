package vpce.lib.tables_test

import data.vpce.lib.tables

out := {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}

given := {"endpoint": {"VpcId": "vpc-1"}, "context": {"RouteTables": [
	{"VpcId": "vpc-1", "Associations": [{"Main": true}], "Routes": [out]},
	{"VpcId": "vpc-1", "Associations": [{"SubnetId": "subnet-1"}], "Routes": []},
	{"VpcId": "vpc-2", "Associations": [{"Main": true}], "Routes": []},
]}}

test_a_subnet_has_its_own_table_or_the_main_one if {
	tables.routes_of("subnet-1") == set() with input as given
	tables.routes_of("subnet-2") == {out} with input as given
	tables.told("subnet-1") with input as given
	not tables.told("subnet-1") with input as {"context": {}}
}

test_a_way_out_goes_for_everything_to_an_internet_gateway if {
	tables.to_internet(out)
	tables.to_internet({"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1"})
	not tables.to_internet({"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"})
	not tables.to_internet({"DestinationCidrBlock": "10.0.0.0/8", "GatewayId": "igw-1"})
}

test_a_table_without_one_is_private if {
	tables.private({"Routes": []})
	not tables.private({"Routes": [out]})
	not tables.private({})
}
