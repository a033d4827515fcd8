package vpce.lib.glob_test

import data.vpce.lib.glob

test_a_pattern_without_a_star_is_the_text_itself if {
	glob.matches("ecr.api", "ecr.api")
	not glob.matches("ecr.api", "ecr-api")
	not glob.matches("ecr.api", "ecr.api.x")
}

test_a_star_stands_for_any_text if {
	glob.matches("eu-*", "eu-west-1")
	not glob.matches("eu-*", "eusc-de-east-1")
	glob.matches("arn:aws:iam::*:role/deploy-*", "arn:aws:iam::111122223333:role/deploy-net")
	not glob.matches("arn:aws:iam::*:role/deploy-*", "arn:aws:iam::111122223333:user/deploy-net")
	glob.matches("*", "")
	glob.matches("a*c", "a\nc")
}

test_other_characters_have_no_meaning if {
	not glob.matches("a.*", "abc")
	glob.matches(`\E.*`, `\E.x`)
	not glob.matches(`\E.*`, "x")
}

test_one_of_several_is_enough if {
	glob.any_matches(["s3", "ecr.*"], "ecr.dkr")
	not glob.any_matches([], "ecr.dkr")
}
