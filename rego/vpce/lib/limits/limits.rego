# METADATA
# title: Quotas and limits
# description: AWS's defaults; an organisation whose quotas were raised says so in data.org.limits.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
package vpce.lib.limits

# METADATA
# description: The limit of a name, a number.
# scope: rule
of(name) := data.org.limits[name] if is_number(data.org.limits[name])

of(name) := defaults[name] if not _own(name)

# METADATA
# description: AWS's default quotas.
defaults := {
	"policy_chars": 20480,
	"security_groups_per_eni": 5,
	"interface_gwlb_per_vpc": 50,
	"gateway_per_region": 20,
	"gateway_per_vpc": 255,
	"resource_per_vpc": 200,
	"service_network_per_vpc": 50,
}

_own(name) if is_number(data.org.limits[name])
