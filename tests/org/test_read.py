"""One file of org data: its values, the line of each, and what is said where it cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.errors import SettingsError
from vpce_guard.org.read import FileLine, error_at, line_of, read_file


def test_each_value_has_the_line_it_stands_on(tmp_path: Path) -> None:
    file = tmp_path / "org.yaml"
    file.write_text("services:\n  allow:\n  - s3\n")
    content, places = read_file(file)
    assert content == {"services": {"allow": ["s3"]}}
    assert str(places["/services/allow/0"]) == f"{file}:3"
    assert line_of("/services/allow/0/deeper/still", places) == FileLine(file, 3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"- a\n", "org.yaml:1: org data must be an object"),
        (b"\xff\xfe", "org.yaml: is not YAML or JSON"),
        (b"a: [\n", "org.yaml:2: is not YAML or JSON"),
        (b"a: 1\na: 2\n", "org.yaml:2: /a is given twice"),
        (b"#" * ((4 << 20) + 1), "org.yaml has more than 4194304 bytes"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "org.yaml"
    file.write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        read_file(file)
    assert said in str(raised.value)


def test_an_error_tells_of_every_place_in_order() -> None:
    error = error_at([(FileLine(Path("b"), 1), "/y", "is wrong"), (FileLine(Path("a"), 2), "", "is worse")])
    assert error.detail == "a:2: / is worse; b:1: /y is wrong."
    assert [place["pointer"] for place in error.pointers] == ["", "/y"]
