"""Texts that Terraform marks as sensitive."""

from __future__ import annotations

import json

from tests.support.planned import endpoint, only, plan


def test_sensitive_texts_are_marked_those_in_a_policy_too() -> None:
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/x"}}]})
    document = plan(endpoint(policy=policy))
    document["resource_changes"][0]["change"]["after_sensitive"] = {"policy": True, "tags": {}}
    assert only(document).sensitive == (policy, "arn:aws:iam::111122223333:role/x")
