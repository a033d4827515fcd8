"""What came of a check, on its page: what denies first, at its line, with what is not known."""

from __future__ import annotations

import json

from tests.support.console import Reader, written_on
from tests.surfaces.console.test_documents import SUBNETS, TEMPLATE, TRY, TWO_SUBNETS


def test_what_is_wrong_stands_at_its_line(reader: Reader) -> None:
    page = reader.post("check", document=TEMPLATE, **TRY)
    assert page.status_code == 200
    assert "Denied" in written_on(page)
    assert '<li id="line-7" class="marked deny"><span class="number">7</span>' in page.text
    assert '<a class="small" href="#line-7">Line 7</a>' in page.text


def test_the_cause_names_its_rule_and_its_source(reader: Reader) -> None:
    page = reader.post("check", document=TEMPLATE, **TRY)
    assert '<a href="/console/rules/VPCE-GW-001"><b>VPCE-GW-001</b></a>' in page.text
    assert 'href="https://docs.aws.amazon.com/' in page.text


def test_what_is_not_known_says_how_to_find_out(reader: Reader) -> None:
    page = written_on(reader.post("check", document=TWO_SUBNETS, **TRY))
    assert "Not known, so not judged" in page
    assert "aws ec2 describe-subnets --subnet-ids subnet-0a100001 subnet-0a200001" in page


def test_strict_denies_what_cannot_be_judged(reader: Reader) -> None:
    loose = reader.post("check", document=TWO_SUBNETS, **TRY)
    strict = reader.post("check", document=TWO_SUBNETS, strict="yes", **TRY)
    assert '<div class="banner allowed"' in loose.text
    assert '<div class="banner denied"' in strict.text


def test_a_page_has_room_for_so_many_findings_and_says_what_it_leaves_out(reader: Reader) -> None:
    one = json.loads(TWO_SUBNETS)
    document = json.dumps({"proposals": [one] * 20}, indent=1)
    page = reader.post("check", document=document, context=SUBNETS, **TRY)
    assert page.status_code == 200
    assert 200 <= page.text.count("<section class=") <= 222  # each endpoint has one at least
    assert 0 < page.text.count('name="apply"') <= 50
    assert "more that this page has no room for" in page.text


def test_what_denies_stands_before_what_warns_and_informs(reader: Reader) -> None:
    good = {**json.loads(TWO_SUBNETS), "address": "good"}
    good["request"] = {
        **good["request"],
        "SubnetIds": ["subnet-0a100001"],
        "ServiceName": "com.amazonaws.us-east-1.sns",
    }
    bad = {**json.loads(TWO_SUBNETS), "address": "bad"}
    document = json.dumps({"proposals": [good, bad]})
    page = reader.post("check", document=document, context=SUBNETS, **TRY).text
    assert page.index('<h2 class="code">bad</h2>') < page.index('<h2 class="code">good</h2>')
    assert page.index('<span class="tag deny">deny</span>') < page.index('<span class="tag inform">inform</span>')
