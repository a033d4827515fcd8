"""The files of the console: their addresses, and that those of others are what they were."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from tests.support.console import Reader
from vpce_guard.surfaces.console.static_files import ADDRESSES, CONTENTS, FOLDER


def test_an_address_has_the_hash_of_its_file(reader: Reader) -> None:
    for name, address in ADDRESSES.items():
        content = CONTENTS[name]
        assert hashlib.sha256(content).hexdigest()[:16] in address
        answer = reader.client.get(address)
        assert answer.content == content
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers


def test_files_are_given_to_anybody(stranger: Reader) -> None:
    assert stranger.client.get(ADDRESSES["console.css"]).status_code == 200
    assert stranger.get("static/other.css").status_code == 303


def test_files_of_others_are_as_their_list_says() -> None:
    told = (FOLDER / "vendor/README.md").read_text()
    listed = dict(re.findall(r"^\| (\S+) \|.*\| `([0-9a-f]{64})` \|$", told, re.MULTILINE))
    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (FOLDER / "vendor").iterdir()
        if path.name != "README.md"
    }
    assert listed == there


def test_the_editor_is_the_one_that_was_made_of_what_its_lock_pins(root: Path) -> None:
    made = [line.split() for line in (root / "tools/codemirror/made.sha256").read_text().splitlines()]
    assert len(made) == 5
    assert [hashlib.sha256((root / path).read_bytes()).hexdigest() for _, path in made] == [told for told, _ in made]


def test_the_editor_is_loaded_by_no_page_itself(reader: Reader) -> None:
    page = reader.get("check").text
    assert not re.search(r"<(script|link)[^>]*(editor|codemirror)", page)
    assert ADDRESSES["editor.js"] in page
    assert ADDRESSES["editor.js"] not in reader.get("rules").text


def test_own_files_evaluate_no_text_and_load_nothing() -> None:
    for name in ("console.css", "console.js", "editor.js"):
        text = CONTENTS[name].decode()
        assert not re.search(r"\beval\b|Function\(|https?:|innerHTML|@import|url\(", text)
