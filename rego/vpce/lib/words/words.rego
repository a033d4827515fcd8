# METADATA
# title: Words of messages
# description: What several rules say alike, so that a message is right for one and for many.
package vpce.lib.words

# METADATA
# description: 'A number with its noun: "1 Availability Zone", "2 Availability Zones".'
# scope: rule
counted(number, one, many) := $"{number} {one}" if {
	number == 1
} else := $"{number} {many}"

# METADATA
# description: 'A number of things that are there: "there is 1 other gateway endpoint", "there are 2".'
# scope: rule
are(number) := "is" if {
	number == 1
} else := "are"
