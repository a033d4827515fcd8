package vpce.lib.ipversions_test

import data.vpce.lib.ipversions
import data.vpce.testing.fixture

associated := [{"Ipv6CidrBlockState": {"State": "associated"}}]

subnet(members) := object.union({"SubnetId": "subnet-1", "VpcId": "vpc-0a000001", "CidrBlock": "10.0.0.0/24"}, members)

asking(type, members) := object.union(
	fixture.interface({"IpAddressType": type, "SubnetIds": ["subnet-1"]}),
	{"context": {"Subnets": [subnet(members)]}},
)

test_each_type_has_what_does_not_fit_it if {
	ipversions.unfit("subnet-1") == "is IPv6-only" with input as asking("ipv4", {"Ipv6Native": true})
	ipversions.unfit("subnet-1") == "is IPv6-only" with input as asking("dualstack", {"Ipv6Native": true})
	no_range := {"Ipv6Native": false, "Ipv6CidrBlockAssociationSet": []}
	ipversions.unfit("subnet-1") == "has no associated IPv6 range" with input as asking("dualstack", no_range)
	both := {"Ipv6Native": false, "Ipv6CidrBlockAssociationSet": associated}
	ipversions.unfit("subnet-1") == "has IPv4 too" with input as asking("ipv6", both)
}

test_what_fits_is_settled if {
	both := {"Ipv6CidrBlockAssociationSet": associated}
	ipversions.settled("subnet-1") with input as asking("ipv4", {})
	ipversions.settled("subnet-1") with input as asking("dualstack", both)
	only_ipv6 := {"Ipv6Native": true, "Ipv6CidrBlockAssociationSet": associated}
	ipversions.settled("subnet-1") with input as asking("ipv6", only_ipv6)
	not ipversions.settled("subnet-1") with input as asking("dualstack", {})
	not ipversions.unfit("subnet-1") with input as asking("dualstack", both)
}
