"""Org data say whose the objects of a cluster are."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from vpce_guard.model import Json, Proposal
from vpce_guard.org.clusters import add_identity, find_cluster
from vpce_guard.org.load import read_org_data

PAYMENTS: Json = {"when": {"namespaces": ["payments", "payments-*"]}, "account": "111122223333", "team": "payments"}
SANDBOX: Json = {"when": {"provider_configs": ["sandbox"], "labels": {"tier": "test"}}, "environment": "dev"}
REST: Json = {"region": "eu-west-1"}
DOCUMENT: Json = {"clusters": [PAYMENTS, SANDBOX, REST]}


@pytest.mark.parametrize(
    ("told", "entry"),
    [
        ({"Namespace": "payments"}, PAYMENTS),
        ({"Namespace": "payments-prod"}, PAYMENTS),
        ({"Namespace": "search"}, REST),
        ({"ProviderConfig": "sandbox", "Labels": {"tier": "test", "a": "b"}}, SANDBOX),
        ({"ProviderConfig": "sandbox", "Labels": {"tier": "live"}}, REST),
        ({"ProviderConfig": "sandbox"}, REST),
        ({}, REST),
        (None, {}),
    ],
)
def test_the_first_entry_that_agrees_counts(told: Json | None, entry: Json) -> None:
    assert find_cluster(DOCUMENT, {"Kubernetes": told} if told is not None else {}) == entry


def identified(entry: Json, *, context: Json | None = None, labels: dict[str, str] | None = None) -> Proposal:
    told = {"Kubernetes": {"User": "jo"}, **(context or {})}
    (found,) = add_identity([Proposal(operation="create", context=told, labels=labels or {})], {"clusters": [entry]})
    return found


def test_an_entry_fills_in_what_an_object_does_not_say() -> None:
    entry = {"account": "111122223333", "region": "eu-west-1", "team": "payments", "environment": "prod"}
    found = identified(entry, context={"Region": "us-east-1"}, labels={"team": "mine", "app": "a"})
    assert (found.context["AccountId"], found.context["Region"]) == ("111122223333", "us-east-1")
    assert found.labels == {"team": "payments", "environment": "prod", "app": "a"}


def test_who_asks_is_the_user_unless_the_entry_names_a_principal() -> None:
    assert identified({"team": "a"}).context["principal"] == "jo"
    assert identified({"principal": "arn:aws:iam::111122223333:role/r"}).context["principal"].endswith("role/r")


def test_a_proposal_from_elsewhere_stays_as_it_is() -> None:
    proposal = Proposal(operation="create", context={"Region": "us-east-1"})
    assert add_identity([proposal], DOCUMENT) == [proposal]


def test_the_environment_is_that_of_the_account_and_else_of_the_entry() -> None:
    document = {"environments": {"111122223333": "prod"}, "clusters": [{"environment": "dev"}]}
    org = read_org_data(document, {})
    assert org.effective_for({"Kubernetes": {"Namespace": "a"}}).environment == "dev"
    assert org.effective_for({"Kubernetes": {"Namespace": "a"}, "AccountId": "111122223333"}).environment == "prod"
    assert org.effective_for({}).environment is None


def test_an_entry_with_a_member_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValidationError):
        read_org_data({"clusters": [{"when": {"namespace": "a"}}]}, {})
