# METADATA
# title: Availability Zones of the endpoint's subnets
# description: |
#   Zone ids are global, zone names are per account: names compare only within one account and where ids do not. An
#   expression in the place of a name is the same zone as the same expression. Two are two zones where both begin with
#   `${`, as items of the list of the Region's zones do; any other may be any zone.
package vpce.lib.zones

import data.vpce.lib.ids
import data.vpce.lib.network

# METADATA
# description: True when two subnets are known to be in one zone.
# scope: rule
same(a, b) if {
	some x in network.subnets[a]
	some y in network.subnets[b]
	together(x, y)
}

# METADATA
# description: True when two subnets, as the context tells of them, are known to be in one zone.
# scope: rule
together(x, y) if x.AvailabilityZoneId == y.AvailabilityZoneId

together(x, y) if {
	_names_compare(x, y)
	x.AvailabilityZone == y.AvailabilityZone
}

# METADATA
# description: True when it is known whether they are.
# scope: rule
comparable(a, b) if {
	some x in network.subnets[a]
	some y in network.subnets[b]
	compare(x, y)
}

# METADATA
# description: True when it is known whether two subnets, as the context tells of them, are in one zone.
# scope: rule
compare(x, y) if _both_have_ids(x, y)

compare(x, y) if {
	_names_compare(x, y)
	told_apart(x.AvailabilityZone, y.AvailabilityZone)
}

# METADATA
# description: True when it is known whether two names of zones of one account, or expressions of them, are of one zone.
# scope: rule
told_apart(a, b) if a == b

told_apart(a, b) if {
	not ids.expression(a)
	not ids.expression(b)
}

told_apart(a, b) if {
	startswith(a, "${")
	startswith(b, "${")
}

# Zone names are per account, zone ids are global: names tell only within one account, and only where ids do not.
_names_compare(x, y) if {
	object.get(x, "OwnerId", "") == object.get(y, "OwnerId", "")
	not _both_have_ids(x, y)
}

_both_have_ids(x, y) if {
	x.AvailabilityZoneId
	y.AvailabilityZoneId
}

# METADATA
# description: The zone of a subnet in words.
# scope: rule
name(id) := concat(", ", {zone |
	some subnet in network.subnets[id]
	zone := object.get(subnet, "AvailabilityZone", object.get(subnet, "AvailabilityZoneId", "?"))
})
