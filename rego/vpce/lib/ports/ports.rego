# METADATA
# title: TCP ports of services
# description: |
#   AWS services listen on 443 but for the few in the service catalogue; an organisation adds its own in
#   data.org.service_ports, by the part of the service name after the Region.
package vpce.lib.ports

import data.vpce.lib.service

# METADATA
# description: |
#   The ports of the endpoint's service, a list of which clients use any. Undefined for an endpoint service nobody told
#   of, whose provider chooses.
of_service := data.org.service_ports[_called] if {
	is_array(data.org.service_ports[_called])
} else := object.get(data.vpce.services.ports, service.catalogue_name, [443])

# Some services have an endpoint service for each of their cells: transfer.server.c-0001.
_called := split(service.parsed.service, ".c-")[0]

# METADATA
# description: Those ports in words.
in_words := concat(" or ", [$"{port}" | some port in of_service])
