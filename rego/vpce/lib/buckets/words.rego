package vpce.lib.buckets

# METADATA
# description: The names of buckets, as blocked() gives them, for a message.
# scope: rule
names(asked) := concat(" and ", sort({each.name | some each in asked}))

# METADATA
# description: The actions they are asked for.
# scope: rule
actions(asked) := sort({each.action | some each in asked})

# METADATA
# description: The ARNs of their objects.
# scope: rule
objects(asked) := sort({$"{each.start}*" | some each in asked})

# METADATA
# description: What a policy has to say so that they are reached, for a remediation.
# scope: rule
opened(asked) := $"allows {concat(" and ", actions(asked))} on {concat(" and ", objects(asked))}"
