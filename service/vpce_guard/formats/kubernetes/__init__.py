"""Kubernetes: VPCEndpoint objects of ACK and Crossplane, in admission reviews and in manifests.

Both controllers spell AWS's members in their own way; here they become Terraform's attributes, which one place turns
into requests. `objects` finds the objects of a document, `ack` and `crossplane` read one, `changes` makes drafts.
"""
