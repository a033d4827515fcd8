package vpce.lib.ids_test

import data.vpce.lib.ids

test_an_id_has_8_or_17_hexadecimal_digits if {
	ids.well_formed("vpc", "vpc-0a1b2c3d")
	ids.well_formed("subnet", "subnet-0a1b2c3d4e5f60718")
	not ids.well_formed("vpc", "vpc-0a1b2c3")
	not ids.well_formed("vpc", "vpc-0a1b2c3d4e5f6071")
	not ids.well_formed("vpc", "vpc-0A1B2C3D")
	not ids.well_formed("vpc", "vpc-0a1b2c3g")
	not ids.well_formed("vpc", "subnet-0a1b2c3d")
	not ids.well_formed("vpc", "0a1b2c3d")
}

test_addresses_and_expressions_stand_for_an_id if {
	every text in ["aws_vpc.main", "${aws_vpc.main.id}", "module.vpc.vpc_id", "{{vpc}}", "<vpc-id>", "a b"] {
		ids.stands_for_one(text)
		not ids.malformed("vpc", text)
	}
	not ids.stands_for_one("vpc-main")
}

test_what_is_neither_is_malformed if {
	ids.malformed("vpc", "vpc-main")
	ids.malformed("vpc", "main")
	not ids.malformed("vpc", "vpc-0a1b2c3d")
	not ids.malformed("vpc", "")
}

test_expressions_and_addresses_stand_for_any_value if {
	every text in [
		"aws_vpclattice_service_network.main",
		"module.lattice.arn",
		"data.aws_x.y.arn",
		"com.${x}.sqs",
		"{{ arn }}",
	] {
		ids.expression(text)
	}
	every text in [
		"com.amazonaws.us-east-1.sqs",
		"arn:aws:vpc-lattice:us-east-1:111122223333:servicenetwork/sn-0a1b",
		"sn-1",
	] {
		not ids.expression(text)
	}
}

test_null_is_an_id_that_is_not_known_and_not_malformed if not ids.malformed("subnet", null)

test_a_urn_of_pulumi_is_an_expression if {
	ids.expression("urn:pulumi:dev::net::aws:vpclattice/serviceNetwork:ServiceNetwork::own.arn")
	not ids.expression("arn:aws:vpc-lattice:us-east-1:111122223333:servicenetwork/sn-0a1b")
}
