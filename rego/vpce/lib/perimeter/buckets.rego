package vpce.lib.perimeter

import data.vpce.lib.buckets

# METADATA
# description: |
#   Patterns of the ARNs of objects in buckets of AWS that workloads reach: those of data.vpce.buckets, and a few that
#   none of its workloads needs. They are read without credentials or with presigned URLs, so a condition on the
#   caller's or the bucket's organisation closes them.
# related_resources:
# - ref: https://github.com/aws-samples/data-perimeter-policy-examples
buckets_of_aws := {$"arn:*:s3:::{name}*" |
	some name in (buckets.name_patterns | {"*.elasticmapreduce", "awscli"})
}
