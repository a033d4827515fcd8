# METADATA
# title: S3 endpoint policy leaves open the buckets of AWS that its neighbours need
# description: |
#   Services keep what their users need in buckets of AWS: image layers, agents, package repositories. The endpoint for
#   S3 that the VPC reaches them by does not shut out what another endpoint of the VPC, or a resource in it such as an
#   EKS cluster, shows to be needed.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
#   description: services may need buckets that they own, for logs, drivers and agents
# - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
# custom:
#   id: VPCE-COMMON-039
#   kind: documented
#   severity: warning
#   enforcement_action: warn
#   effect: breaks-intent
#   remediation: Add a statement to the policy that allows what the neighbour's users need.
#   reads:
#   - /request/PolicyDocument
#   - /request/ResetPolicy
#   - /request/ServiceName
#   - /request/VpcId
#   - /request/PrivateDnsEnabled
#   - /request/DnsOptions
#   - /current/PolicyDocument
#   - /context/VpcEndpoints
#   - /context/Workloads
#   - /context/Subnets
#   - /context/Region
#   - /defaults/PrivateDnsEnabled
#   - /org/accounts
#   optional: [/context/VpcEndpoints, /context/Workloads, /context/Subnets, /org/accounts]
#   aws:
#   - text: A policy that names buckets of an account only may shut out buckets of AWS that its services rely on.
#     doc: https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
#     status: documented
#   - text: Images are pulled from ECR only where the policy allows s3:GetObject on the bucket of the layers.
#     doc: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
#     status: documented
#   assumptions:
#   - Which buckets there are, and which endpoint or resource shows the need of one, is dated data with a source each
#     (rego/vpce/buckets/data.yaml).
#   - A resource counts where one of its subnets is known to be in the VPC.
#   - An interface endpoint for S3 carries the traffic of the VPC only where private DNS is on for the VPC too.
#   - Another endpoint for S3 in the VPC that may let the requests pass is taken for the way they go.
#   - Where the context tells of no other endpoint or resource nothing is said.
package vpce.rules.common.buckets_of_neighbours

import data.vpce.lib.buckets
import data.vpce.lib.endpoint
import data.vpce.lib.passes
import data.vpce.lib.perimeter
import data.vpce.lib.policy
import data.vpce.lib.privatedns
import data.vpce.lib.service

deny contains violation if {
	buckets.vpc_id
	count(_open_dns) == 0
	some workload, blocked in _blocked(_surely)
	users := concat(" and ", sort(buckets.shown[workload]))
	violation := object.union(_fix(blocked), {
		"message": concat("", [
			$"the policy lets nobody reach {buckets.names(blocked)}, ",
			$"which users of {users} need to {buckets.purpose(workload)}",
		]),
		"path": $"/{policy.effective.source}/PolicyDocument",
		"remediation": $"{_to_do(blocked)}; see {buckets.page(workload)}.",
	})
}

undetermined contains why if {
	_serves_vpc
	count(buckets.shown) > 0
	some why in perimeter.untold
	not _known_parts_suffice
}

undetermined contains {"reason": reason, "missing": sort(_open_dns)} if {
	count(_open_dns) > 0
	count(_blocked(_known)) > 0
	reason := "whether the VPC reaches S3 by the endpoint is not known yet"
}

undetermined contains {"reason": reason, "missing": ["/request/VpcId"]} if {
	not buckets.vpc_id
	count(_blocked(_known)) > 0
	reason := "what is beside the endpoint is not known yet"
}

undetermined contains {"reason": reason, "missing": ["/context/Region"]} if {
	_serves_vpc
	not buckets.region
	count(buckets.shown) > 0
	not policy.grants_everything(policy.effective_statements)
	reason := "the Region, which the names of buckets depend on, is not known"
}

_serves_vpc if {
	_is_for_s3
	buckets.carries(_as_it_will_be)
}

_serves_vpc if {
	_is_for_s3
	count(_open_dns) > 0
}

_is_for_s3 if {
	endpoint.remains
	service.parsed.service == "s3"
	not _shuts_out_nothing
}

_shuts_out_nothing if policy.effective.source in {"default", "reset"}

# Private DNS that AWS turns on by itself counts.
_as_it_will_be := object.union(input.endpoint, {"PrivateDnsEnabled": true}) if {
	privatedns.turned_on
} else := input.endpoint

# What would settle whether private DNS of the endpoint is for the VPC.
default _open_dns := set()

_open_dns := endpoint.unknown_members(input, ["PrivateDnsEnabled", "DnsOptions"]) | privatedns.open if {
	endpoint.type == "Interface"
	not input.endpoint.PrivateDnsEnabled == false
	not input.endpoint.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint == true
}

# What some statements shut out of what neighbours need, by the workload; nothing that may take another way.
_blocked(statements) := {workload: blocked |
	_serves_vpc
	some workload, _ in buckets.shown
	blocked := buckets.blocked(workload, buckets.region, statements)
	count(blocked) > 0
	not _has_another_way(workload)
}

_has_another_way(workload) if {
	some way in buckets.ways
	count(buckets.blocked_by(way, workload)) == 0
}

# The statements that are known, and one that may allow anything where others are not.
_surely := object.union(_known, {"not known": {"Effect": "Allow"}}) if {
	count(policy.unknown_parts) > 0
} else := _known

_known := {$"{i}": statement |
	some i, statement in policy.effective_statements
	not policy.hidden(i, "")
} if {
	policy.effective
}

# What is known of the policy lets everything pass, and what is not known is in statements that allow.
_known_parts_suffice if {
	count(_blocked(_known)) == 0
	every part in policy.unknown_parts {
		some i, statement in policy.statements
		statement.Effect == "Allow"
		startswith(part, $"{policy.fix_pointer(i, "")}/")
	}
}

_to_do(blocked) := $"Let statement {statements}, a Deny, spare {objects}" if {
	denying := _denying(blocked)
	statements := concat(" and ", sort(denying))
	objects := concat(" and ", buckets.objects(blocked))
	count(denying) > 0
} else := $"Add a statement that {buckets.opened(blocked)}"

_denying(blocked) := {i |
	some asked in blocked
	some i in passes.denied_by(_known, asked)
}

# The smallest statement that opens what is shut, where no Deny shuts it and the request gives the policy.
_fix(blocked) := {"fix": [patch]} if {
	count(_denying(blocked)) == 0
	patch := _patch({
		"Effect": "Allow",
		"Principal": "*",
		"Action": buckets.actions(blocked),
		"Resource": buckets.objects(blocked),
	})
} else := {}

_patch(statement) := {"op": "add", "path": $"{_statements}/-", "value": statement} if {
	is_array(policy.document.Statement)
} else := {"op": "replace", "path": _statements, "value": [policy.document.Statement, statement]}

_statements := "/request/PolicyDocument/Statement"
