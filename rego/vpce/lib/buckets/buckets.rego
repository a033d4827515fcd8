# METADATA
# title: Buckets of AWS that workloads reach through an endpoint for S3
# description: What the dated document data.vpce.buckets tells, with names and ARNs of a Region filled in.
package vpce.lib.buckets

import data.vpce.lib.partitions

# METADATA
# description: |
#   The workload that an endpoint for a service shows to be there, by the part of the service's name after the Region;
#   undefined for a service that shows none.
# scope: rule
shown_by(part) := data.vpce.buckets.endpoints[replace(part, "-fips", "")]

# METADATA
# description: |
#   The workload that a resource in a VPC shows to be there, by its type in CloudFormation; undefined for a type that
#   shows none.
# scope: rule
shown_by_type(type) := data.vpce.buckets.resources[type].workload

# METADATA
# description: |
#   What a workload surely asks of its buckets in a Region, a set of {"name", "start", "action", "caller"}: the name of
#   the bucket, what the ARNs of the objects begin with, the action, and who signs the request (aws, nobody or any).
#   Empty where no names are documented for the Region or its partition.
# scope: rule
asked_by(name, region) := {asked |
	workload := data.vpce.buckets.workloads[name]
	partition := partitions.of(region)
	partition in object.get(workload, "partitions", ["aws"])
	some bucket in workload.buckets
	called := _name(bucket, region)
	keys := object.get(bucket, "keys", "")
	asked := {
		"name": called,
		"start": $"arn:{partition}:s3:::{called}/{keys}",
		"action": object.get(bucket, "action", "s3:GetObject"),
		"caller": object.get(bucket, "caller", "any"),
	}
}

# METADATA
# description: The workloads of which another needs one, the newest first.
# scope: rule
alternatives(name) := object.get(data.vpce.buckets.workloads[name], "one_of", [])

# METADATA
# description: What a workload needs its buckets for, as the end of a sentence.
# scope: rule
purpose(name) := data.vpce.buckets.workloads[name].purpose

# METADATA
# description: The page that says so.
# scope: rule
page(name) := data.vpce.buckets.sources[data.vpce.buckets.workloads[name].source].url

# METADATA
# description: Patterns of the names of all those buckets, in whatever Region; names where no pattern tells them apart.
name_patterns := {pattern |
	some workload in data.vpce.buckets.workloads
	some bucket in workload.buckets
	some pattern in _patterns(bucket)
}

_patterns(bucket) := {name | some name in bucket.names} if {
	bucket.names_only
} else := {_in_region(bucket.name, "*")}

_name(bucket, region) := bucket.names[region] if {
	_is_there(bucket, region)
} else := _in_region(bucket.name, region) if {
	not bucket.names_only
	_is_there(bucket, region)
}

_is_there(bucket, region) if {
	not region in object.get(bucket, "but", [])
	region in object.get(bucket, "only", [region])
}

_in_region(name, region) := replace(replace(name, "{region}", region), "{flat}", replace(region, "-", ""))
