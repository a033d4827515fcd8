package vpce.rules.gwlb.same_region_test

import data.vpce.rules.gwlb.same_region as rule
import data.vpce.testing.fixture

test_the_own_region_passes if {
	rule.deny == set() with input as fixture.gwlb({})
	rule.deny == set() with input as fixture.gwlb({"ServiceRegion": ""})
	rule.deny == set() with input as fixture.gwlb({"ServiceRegion": "us-east-1"})
	rule.undetermined == set() with input as fixture.gwlb({"ServiceRegion": "us-east-1"})
}

test_another_region_is_denied if {
	rule.deny == {{
		"message": concat(" ", [
			"ServiceRegion is eu-west-1,",
			"but such an endpoint stays in its Region, us-east-1",
		]),
		"path": "/request/ServiceRegion",
		"fix": [{"op": "remove", "path": "/request/ServiceRegion"}],
	}} with input as fixture.gwlb({"ServiceRegion": "eu-west-1"})
}

test_regions_that_are_not_known_are_undetermined if {
	rule.undetermined == {{
		"reason": "whether eu-west-1 is the Region of the VPC is not known",
		"missing": ["/context/Region"],
	}} with input as fixture.without(fixture.gwlb({"ServiceRegion": "eu-west-1"}), "Region")
	rule.undetermined == set() with input as fixture.without(fixture.gwlb({}), "Region")
	rule.undetermined == {{
		"reason": "which Region the service is said to be in is not known yet",
		"missing": ["/request/ServiceRegion"],
	}} with input as fixture.unknown(fixture.gwlb({}), ["ServiceRegion"])
}
