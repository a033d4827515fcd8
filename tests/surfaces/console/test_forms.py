"""Forms: read only where a page of the session sent them."""

from __future__ import annotations

from tests.support.console import ORIGIN, Reader


def test_a_body_of_another_kind_is_refused(reader: Reader) -> None:
    answer = reader.client.post("/console/check", json={"document": "{}"}, headers={"origin": ORIGIN})
    assert answer.status_code == 422
    assert "not the form of a page" in answer.text


def test_what_cannot_be_read_is_refused(reader: Reader) -> None:
    headers = {"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded"}
    for body in (b"document=\xff", b"&".join(b"a=1" for _ in range(300))):
        assert reader.client.post("/console/check", content=body, headers=headers).status_code == 422


def test_line_ends_are_those_of_a_file(reader: Reader) -> None:
    page = reader.post("check", document='{"operation":\r\n"delete"}', **{"try": "yes"})
    assert "\r" not in page.text
    assert "{&#34;operation&#34;:\n&#34;delete&#34;}" in page.text
