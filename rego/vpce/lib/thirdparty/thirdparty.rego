# METADATA
# title: Endpoint services of others
# description: Who owns one is what the context tells of it, never what the request says.
package vpce.lib.thirdparty

import data.vpce.lib.endpoint
import data.vpce.lib.ids
import data.vpce.lib.service

# METADATA
# description: True where the endpoint leads to an endpoint service and org data have a list of those.
asked if {
	endpoint.remains
	is_array(data.org.third_party)
	service.parsed.form == "endpoint-service"
}

# METADATA
# description: The owner of the service, an account id, amazon or aws-marketplace; undefined while it is not known.
owner := detail.Owner if some detail in service.details

# METADATA
# description: |
#   True for a service of an account of the organisation: one of its list, the endpoint's own, and whichever account has
#   what the document itself makes.
ours if owner in data.org.accounts

ours if owner == input.context.AccountId

ours if ids.stands_for_one(service.parsed.service)

# METADATA
# description: The entries of the list for the service.
entries := [entry |
	some entry in data.org.third_party
	entry.service_name == service.name
]
