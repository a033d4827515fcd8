"""What is sensitive is judged, and neither shown nor kept."""

from __future__ import annotations

from vpce_guard.decisions.sensitive import hide_in_input


def test_sensitive_texts_are_replaced_wherever_they_stand() -> None:
    document = {"request": {"ServiceName": "com.x.secret", "Tags": ["secret-1", "other"]}, "n": 1, "t": ("secret",)}
    assert hide_in_input(document, ("secret", "secret-1")) == {
        "request": {"ServiceName": "com.x.(sensitive)", "Tags": ["(sensitive)", "other"]},
        "n": 1,
        "t": ("(sensitive)",),
    }


def test_without_sensitive_texts_a_document_is_itself() -> None:
    document = {"request": {}}
    assert hide_in_input(document, ()) is document
