# METADATA
# title: Partitions of AWS
# description: Which partition a Region is in, and which prefixes of service names occur there.
package vpce.lib.partitions

# METADATA
# description: The partition of a Region by the form of its name, undefined for a text of another form.
# scope: rule
of(region) := "aws-us-gov" if {
	startswith(region, "us-gov-")
} else := "aws-cn" if {
	startswith(region, "cn-")
} else := "aws-eusc" if {
	startswith(region, "eusc-")
} else := "aws-iso-b" if {
	startswith(region, "us-isob-")
} else := "aws-iso-e" if {
	startswith(region, "eu-isoe-")
} else := "aws-iso-f" if {
	startswith(region, "us-isof-")
} else := "aws-iso" if {
	startswith(region, "us-iso-")
} else := "aws" if {
	is_region(region)
	words := split(region, "-")
	count(words) == 3
	count(words[0]) == 2
}

# METADATA
# description: |
#   True for a text of the form of a Region's name: two to four letters, one word or more and a number, with hyphens
#   between. Said without a regular expression, which would be compiled in each evaluation.
is_region(text) if {
	words := split(text, "-")
	last := count(words) - 1
	last > 1
	not "" in words
	count(words[0]) in {2, 3, 4}
	trim(words[last], "0123456789") == ""
	trim(concat("", array.slice(words, 0, last)), "abcdefghijklmnopqrstuvwxyz") == ""
}

# METADATA
# description: The prefixes that occur in one partition only; any other occurs in several.
own_prefixes := {
	"cn.com.amazonaws.": "aws-cn",
	"eu.amazonaws.": "aws-eusc",
	"gov.ic.c2s.": "aws-iso",
	"gov.sgov.sc2s.": "aws-iso-b",
	"uk.adc-e.cloud.": "aws-iso-e",
	"gov.ic.hci.csp.": "aws-iso-f",
}
