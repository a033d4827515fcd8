# METADATA
# title: Names of endpoints
# description: What the section x-acme of org data says of names.
package acme.lib.names

# METADATA
# description: What names begin with, by account.
prefixes := data.org["x-acme"].name_prefixes

# METADATA
# description: What the name of this endpoint begins with; undefined where the account has no prefix or is not known.
prefix := prefixes[input.context.AccountId]
