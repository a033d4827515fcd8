package vpce.lib.perimeter

# METADATA
# description: |
#   Patterns of the ARNs of objects in buckets of AWS that workloads read: package repositories, patch baselines, agents
#   and image layers. They are read without credentials or with presigned URLs, so a condition on the caller's or the
#   bucket's organisation closes them.
# related_resources:
# - ref: https://github.com/aws-samples/data-perimeter-policy-examples
# - ref: https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-minimum-s3-permissions.html
# - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
buckets_of_aws := [$"arn:*:s3:::{name}" |
	some name in [
		"al2023-repos-*",
		"amazon-ssm-*",
		"amazoncloudwatch-agent*",
		"amazonlinux*",
		"aws-codedeploy-*",
		"aws-patch-manager-*",
		"aws-ssm-*",
		"aws-windows-downloads-*",
		"awscli*",
		"cloudformation-custom-resource-response-*",
		"cloudformation-waitcondition-*",
		"ec2imagebuilder-*",
		"elasticbeanstalk-*",
		"packages.*.amazonaws.com*",
		"patch-baseline-snapshot-*",
		"prod-*-starport-layer-bucket*",
		"repo.*.amazonaws.com*",
		"*-birdwatcher-prod*",
		"*.elasticmapreduce*",
	]
]
