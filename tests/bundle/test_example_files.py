"""Files of examples: told what is wrong with their shape, and loaded by an opa that gets no flags."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from vpce_guard.bundle.example_files import line_of, read_examples
from vpce_guard.errors import SourceError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "examples.yaml"


def test_examples_are_read_by_kind_with_their_lines(file: Path) -> None:
    file.write_text("# on top\nexamples:\n  pass:\n  - name: a\n  - name: b\n  undetermined:\n")
    assert read_examples(file) == {"pass": [{"name": "a"}, {"name": "b"}], "undetermined": None}
    assert (line_of(file), line_of(file, "pass"), line_of(file, "pass", 1)) == (2, 3, 5)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (
            "pass: []\nundetermined: []\n",
            1,
            "pass, undetermined stand at the top of the file. Begin it with the line `exa",
        ),
        ("examples:\npass: []\n", 1, "the file holds something else than examples:"),
        ("examples: []\n", 1, "the file holds something else than examples:"),
        ("[]\n", 1, "the file holds something else than examples:"),
        ("", 1, "the file holds something else than examples:"),
        ("# here\nexamples: {fails: []}\n", 2, "the keys are not pass, fail and undetermined."),
        ("examples:\n  pass: []\n  fail: {name: a}\n", 3, "fail is not a list of examples."),
        ("examples: [\n", 2, "did not find expected node content"),
    ],
)
def test_another_shape_is_told_with_its_line(file: Path, text: str, line: int, said: str) -> None:
    file.write_text(text)
    with pytest.raises(SourceError) as raised:
        read_examples(file)
    assert str(raised.value).startswith(f"{file}:{line}: {said}")


@pytest.mark.parametrize("command", ["check", "test"])
def test_opa_takes_the_policies_of_this_repository_without_flags(root: Path, opa: str, command: str) -> None:
    done = subprocess.run([opa, command, "rego"], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "FAIL" not in done.stdout
