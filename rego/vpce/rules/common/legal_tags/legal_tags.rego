# METADATA
# title: Tag specification is legal
# description: 'TagSpecifications use ResourceType vpc-endpoint, at most 50 tags, unique keys, no aws: prefix,
#   key up to 127/128 and value up to 256 characters.'
# custom:
#   id: VPCE-COMMON-022
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: >-
#     Keep at most 50 tags, each key once, with 1 to 128 characters and without the prefix aws:, and values of at most
#     256 characters.
#   reads:
#     - /request/TagSpecifications
#   aws:
#   - text: A tag key has at most 127 characters, a value at most 256; neither begins with aws:.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Tag.html
#     status: documented
#   - text: At most 50 tags for a resource.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
#     status: documented
#   assumptions:
#     - EC2 says 127 characters for a key where other services say 128; 127 is taken
package vpce.rules.common.legal_tags

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains object.union({"message": message, "path": path}, {"fix": fix, "remediation": remediation}) if {
	endpoint.remains
	some i, specification in input.request.TagSpecifications
	kind := object.get(specification, "ResourceType", "nothing")
	kind != "vpc-endpoint"
	count(_hidden($"/request/TagSpecifications/{i}/ResourceType")) == 0
	message := $"tag specification {i} is for {kind}, not for vpc-endpoint"
	remediation := $"Set ResourceType of tag specification {i} to vpc-endpoint."
	path := $"/request/TagSpecifications/{i}/ResourceType"
	fix := [{"op": "add", "path": path, "value": "vpc-endpoint"}]
}

deny contains {"message": message, "path": "/request/TagSpecifications", "remediation": remediation} if {
	endpoint.remains
	number := count(_tags)
	number > 50
	message := $"{number} tags are given; at most 50 are allowed"
	remediation := $"Take {number - 50} or more of the {number} tags out."
}

deny contains {"message": message, "path": $"{tag.path}/Key"} if {
	endpoint.remains
	some tag in _tags
	why := _wrong_key(tag)
	message := $"{_key(tag)} {why}"
}

deny contains {"message": message, "path": $"{tag.path}/Value"} if {
	endpoint.remains
	some tag in _tags
	length := count(tag.value)
	length > 256
	message := $"the value of {_name(tag)} has {length} characters; at most 256 are allowed"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["TagSpecifications"]) - _legal_values
	count(hidden) > 0
	reason := "not all tags are known yet"
}

_tags := [{"path": path, "key": key, "value": value} |
	some i, specification in input.request.TagSpecifications
	some j, tag in specification.Tags
	path := $"/request/TagSpecifications/{i}/Tags/{j}"
	key := object.get(tag, "Key", "")
	value := object.get(tag, "Value", "")
]

# Values that are told as the expression that gives them are surely short enough.
_legal_values := {$"{tag.path}/Value" |
	some tag in _tags
	is_string(tag.value)
	tag.value != ""
}

# The EC2 API reference says 127 characters, the user guide 128.
deny contains {"message": message, "path": $"{tag.path}/Key", "enforcement_action": "warn"} if {
	endpoint.remains
	some tag in _tags
	count(tag.key) == 128
	message := $"tag key {tag.key} has 128 characters, and AWS documents 127 in one place and 128 in another"
}

default _key(_) := "a tag key"

_key(tag) := $"tag key {tag.key}" if tag.key != ""

default _name(_) := "a tag without key"

_name(tag) := $"tag {tag.key}" if tag.key != ""

_wrong_key(tag) := "starts with aws:, which is reserved" if {
	startswith(lower(tag.key), "aws:")
} else := $"has {count(tag.key)} characters; at most 128 are allowed" if {
	count(tag.key) > 128
} else := "is empty" if {
	tag.key == ""
	count(_hidden($"{tag.path}/Key")) == 0
} else := $"is also at {earlier[0]}" if {
	earlier := [other.path | some other in _tags; other.key == tag.key; other.key != ""]
	earlier[0] != tag.path
}

_hidden(pointer) := unknown.touching(object.get(input, "unknown", []), [pointer])
