"""What tests and examples reach: sentences of the documents, lines of Rego, conditions."""
