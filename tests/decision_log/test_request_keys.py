"""Keys of requests: kept with their decisions, and forgotten after a time."""

from __future__ import annotations

from sqlalchemy import Engine, insert

from vpce_guard.decision_log.keys import LogKeys
from vpce_guard.decision_log.request_keys import KeptAnswer, find_answer, forget_keys, key_row
from vpce_guard.decision_log.tables import REQUEST_KEYS
from vpce_guard.model import KeyedRequest, RequestKey

KEY = LogKeys(unnamed=b"a key of enough length")
ASKED = RequestKey("portal", "k-1", "b" * 64)


def test_a_key_is_known_to_its_caller_until_it_is_forgotten(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(REQUEST_KEYS), key_row(KeyedRequest(ASKED, ("d-1",), ("a note",), strict=True), KEY))
    assert find_answer(engine, ASKED, KEY) == KeptAnswer(["d-1"], ["a note"], True)
    assert find_answer(engine, ASKED._replace(caller="other"), KEY) is None
    assert forget_keys(engine, "2020-01-01T00:00:00.000Z") == 0
    assert forget_keys(engine, "9999-01-01T00:00:00.000Z") == 1
    assert find_answer(engine, ASKED, KEY) is None
