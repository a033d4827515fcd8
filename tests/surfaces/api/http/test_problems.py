"""Errors as RFC 9457 problems."""

from __future__ import annotations

from vpce_guard.errors import CredentialsError, MalformedError
from vpce_guard.surfaces.api.http.problems import headers_of, problem


def test_a_problem_names_the_places_that_are_wrong() -> None:
    error = MalformedError("A value is wrong.", pointers=({"pointer": "/a", "code": "type", "detail": "no text"},))
    body = problem(error, instance="/v1/decisions")
    assert (body["type"], body["status"], body["instance"]) == ("urn:vpce-guard:malformed", 422, "/v1/decisions")
    assert [place["pointer"] for place in body["errors"]] == ["/a"]


def test_who_is_not_known_is_told_how_to_say_who_it_is() -> None:
    assert headers_of(CredentialsError("Nobody knows you.")) == {"www-authenticate": "Bearer"}
