"""Properties of AWS::EC2::VPCEndpoint as CloudFormation types them."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.formats.cloudformation.properties import change_of, endpoint_request

OPTION = "PrivateDnsOnlyForInboundResolverEndpoint"


@pytest.mark.parametrize("word", [True, "true", "True", "yes", "Yes", "on", "ON"])
def test_booleans_have_the_words_of_yaml_1_1(word: Any) -> None:
    request, _ = endpoint_request({"PrivateDnsEnabled": word})
    assert request == {"PrivateDnsEnabled": True}


@pytest.mark.parametrize("word", [False, "false", "No", "off"])
def test_booleans_that_are_off(word: Any) -> None:
    request, _ = endpoint_request({"PrivateDnsEnabled": word})
    assert request == {"PrivateDnsEnabled": False}


@pytest.mark.parametrize(
    ("word", "options"),
    [
        ("OnlyInboundResolver", {OPTION: True}),
        ("AllResolvers", {OPTION: False}),
        ("NotSpecified", {}),
        ("true", {OPTION: True}),
        (False, {OPTION: False}),
    ],
)
def test_the_resolver_option_is_a_word(word: Any, options: dict[str, bool]) -> None:
    request, _ = endpoint_request({"DnsOptions": {OPTION: word}})
    assert request == {"DnsOptions": options}


def test_what_is_known_after_the_change_only_is_unknown() -> None:
    not_yet = "{{changeSet:KNOWN_AFTER_APPLY}}"
    draft = change_of(None, {"VpcId": not_yet, "SubnetIds": [not_yet, not_yet], "ServiceName": "s"})
    assert draft.operation == "create"
    assert draft.unknown == ("/request/VpcId", "/request/SubnetIds/0", "/request/SubnetIds/1")
