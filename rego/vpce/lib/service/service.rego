# METADATA
# title: What a service name says
# description: |
#   Read by position for each known form, never by substring: com.amazonaws.<region>.<service>,
#   cn.com.amazonaws.<region>.<service>, eu.amazonaws.<region>.<service>, aws.api.<region>.<service>,
#   aws.sagemaker.<region>.<service>, com.amazonaws.vpce.<region>.<vpce-svc id> and global names.
package vpce.lib.service

# METADATA
# description: |
#   {"form", "service", "region"} of a service name; region is absent in global names.
#   Undefined for a name of no known form.
# scope: rule
parse(name) := {"form": "endpoint-service", "service": labels[4], "region": labels[3]} if {
	startswith(name, "com.amazonaws.vpce.")
	labels := split(name, ".")
	count(labels) == 5
	_is_region(labels[3])
	regex.match(`^vpce-svc-[0-9a-f]+$`, labels[4])
}

parse(name) := {"form": "aws-regional", "service": service, "region": region} if {
	some prefix in ["com.amazonaws.", "cn.com.amazonaws.", "eu.amazonaws."]
	startswith(name, prefix)
	labels := split(trim_prefix(name, prefix), ".")
	count(labels) > 1
	region := labels[0]
	_is_region(region)
	service := concat(".", array.slice(labels, 1, count(labels)))
}

parse(name) := {"form": "aws-alt-prefix", "service": service, "region": region} if {
	startswith(name, "aws.")
	labels := split(name, ".")
	count(labels) > 3
	region := labels[2]
	_is_region(region)
	service := concat(".", array.slice(labels, 3, count(labels)))
}

parse(name) := {"form": "aws-global", "service": service} if {
	some service, _ in homes
	name == $"com.amazonaws.{service}"
}

# METADATA
# description: Global services by the rest of their name, with the Region they are homed in; "" for none.
homes := {"iam": "us-east-1", "route53": "us-east-1", "s3-global.accesspoint": ""}

_is_region(label) if regex.match(`^[a-z]{2,4}(-[a-z]+)+-[0-9]+$`, label)
