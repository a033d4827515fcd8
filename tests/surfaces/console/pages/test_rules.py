"""The pages about rules."""

from __future__ import annotations

from tests.support.console import Reader, written_on
from vpce_guard.bundle.bundle import open_bundle


def test_every_rule_is_listed_in_its_family(reader: Reader) -> None:
    page = reader.get("rules")
    for rule in open_bundle().catalogue.rules:
        assert f'<a href="/console/rules/{rule.id}">{rule.id}</a>' in page.text
    text = written_on(page)
    assert text.index("All types of endpoints") < text.index("Interface endpoints") < text.index("Gateway endpoints")


def test_rules_are_found_by_their_words(reader: Reader) -> None:
    page = written_on(reader.get("rules?q=ONE+zone+subnet"))
    assert "VPCE-IFACE-002" in page
    assert "VPCE-GW-001" not in page
    assert "No rule has all of these words." in written_on(reader.get("rules?q=unheard-of"))


def test_a_rule_says_what_why_and_where_from(reader: Reader) -> None:
    page = reader.get("rules/VPCE-IFACE-002")
    text = written_on(page)
    assert "The subnets of an interface endpoint lie in pairwise different Availability Zones." in text
    assert "AWS refuses such a request." in text
    assert "Keep one subnet per Availability Zone and remove the others." in text
    assert 'href="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"' in page.text
    assert '<a href="/console/check?rule=VPCE-IFACE-002&amp;example=0">' in page.text


def test_every_rule_has_its_page(reader: Reader) -> None:
    answers = {rule.id: reader.get(f"rules/{rule.id}").status_code for rule in open_bundle().catalogue.rules}
    assert set(answers.values()) == {200}
