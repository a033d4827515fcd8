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
	regex.match(`^[a-z]{2}-[a-z]+-[0-9]+$`, region)
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
