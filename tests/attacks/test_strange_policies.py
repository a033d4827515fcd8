"""Rego of a stranger reaches no network and no environment, in rules and in tests, whatever its folder says."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from tests.support.rego import FOLDER, edit
from vpce_guard.authoring.coverage.lines import line_coverage
from vpce_guard.authoring.lint import lint
from vpce_guard.authoring.rego.build import build
from vpce_guard.authoring.rego.opa import CAPABILITIES, run_confined
from vpce_guard.errors import BundleError, SourceError
from vpce_guard.whatif.replay.candidate import CandidateOpener

TEST = f"{FOLDER}/my_rule_test.rego"
SEND = 'http.send({"method": "get", "url": "URL", "headers": {"secret": "of the house"}})'
REACHING = {
    "http.send": SEND,
    "opa.runtime": "opa.runtime().env.HOME",
    "net.lookup_ip_addr": 'net.lookup_ip_addr("localhost")',
}


@pytest.fixture(autouse=True)
def url() -> Iterator[str]:
    """Where a listener waits that nobody may come to."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.fixture(autouse=True)
def generous(rego: Path, opa: str) -> None:
    """The capabilities of the stranger's folder: all that opa has."""
    everything = subprocess.run([opa, "capabilities", "--current"], capture_output=True, check=True).stdout
    (rego / "capabilities.json").write_bytes(everything)


def add_test(rego: Path, body: str) -> int:
    """A further Rego test with this body; the line of the body."""
    path = rego / TEST
    path.write_text(f"{path.read_text().rstrip()}\n\ntest_strange if {{\n\t{body}\n}}\n")
    return path.read_text().count("\n") - 1


@pytest.mark.parametrize("name", REACHING)
def test_a_test_that_reaches_out_does_not_compile(
    name: str, run_policy_test: Callable[..., Result], rego: Path, url: str
) -> None:
    line = add_test(rego, REACHING[name].replace("URL", url))
    error = run_policy_test().exception
    assert isinstance(error, SourceError)
    assert f"{rego}/{TEST}:{line}: rego_type_error: undefined function {name}" in str(error)
    assert error.exit_code == 2


def test_a_schema_that_lies_elsewhere_is_not_fetched_while_tests_run(
    run_policy_test: Callable[..., Result], rego: Path, url: str
) -> None:
    line = add_test(rego, f'json.match_schema({{}}, {{"$ref": "{url}"}})')
    done = run_policy_test()
    assert done.return_value == 1
    assert f"test_strange\n  {rego}/{TEST}:{line - 1}:" in done.output


def test_a_schema_that_lies_elsewhere_is_not_fetched_to_compile(
    run_policy_test: Callable[..., Result], rego: Path, url: str
) -> None:
    path = rego / TEST
    annotation = f'# METADATA\n# schemas:\n# - input: {{"$ref": "{url}"}}\n'
    path.write_text(f"{path.read_text().rstrip()}\n\n{annotation}test_strange if input == 1\n")
    error = run_policy_test().exception
    assert isinstance(error, SourceError)
    assert "remote reference loading disabled" in str(error)


def test_lint_finds_it_whatever_the_folder_allows(rego: Path, opa: str, url: str) -> None:
    line = add_test(rego, SEND.replace("URL", url))
    told = [(f.path.name, f.line, f.message) for f in lint(rego, opa=opa) if f.check == "compiles"]
    assert told == [("my_rule_test.rego", line, "rego_type_error: undefined function http.send")]


def test_lint_holds_to_what_the_folder_forbids(rego: Path, opa: str) -> None:
    builtins = json.loads((rego / "capabilities.json").read_bytes())
    builtins["builtins"] = [builtin for builtin in builtins["builtins"] if builtin["name"] != "sprintf"]
    (rego / "capabilities.json").write_text(json.dumps(builtins))
    line = add_test(rego, 'sprintf("%d", [1]) == "1"')
    told = [(f.path.name, f.line, f.message) for f in lint(rego, opa=opa) if f.check == "compiles"]
    assert told == [("my_rule_test.rego", line, "rego_type_error: undefined function sprintf")]


def test_lint_says_that_capabilities_are_none(rego: Path, opa: str) -> None:
    (rego / "capabilities.json").write_text('{"builtins": 1}')
    assert "it is not a capabilities document of opa" in {f.message for f in lint(rego, opa=opa)}


def test_coverage_does_not_run_it(rego: Path, opa: str, url: str) -> None:
    add_test(rego, SEND.replace("URL", url))
    with pytest.raises(SourceError, match=r"undefined function http\.send"):
        line_coverage(rego, opa=opa)


def test_a_rule_that_reaches_out_is_neither_built_nor_replayed(rego: Path, opa: str, url: str, tmp_path: Path) -> None:
    edit(rego, "my_rule.rego", 'input.operation == "create"', SEND.replace("URL", url))
    with pytest.raises(SourceError, match=r"my_rule\.rego:\d+: rego_type_error: undefined function http\.send"):
        build(rego, tmp_path / "built", opa=opa)
    with pytest.raises(BundleError, match=r"undefined function http\.send"):
        CandidateOpener(work=tmp_path, opa=opa).bundle(str(rego))


def test_opa_sees_the_path_and_the_home_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.setenv("SECRET", "of the house")
    told = run_confined(["env", "-u", "GOGC", "-u", "GOMEMLIMIT"]).stdout.decode().splitlines()
    assert sorted(told) == ["HOME=/nowhere", "PATH=/usr/bin:/bin"]


def test_the_packaged_capabilities_are_those_of_opa_without_what_reaches_out(opa: str) -> None:
    own = json.loads(subprocess.run([opa, "capabilities", "--current"], capture_output=True, check=True).stdout)
    packaged = json.loads(CAPABILITIES.read_bytes())
    names = {builtin["name"] for builtin in own["builtins"]} - REACHING.keys()
    assert {builtin["name"] for builtin in packaged["builtins"]} == names
    assert {member: packaged[member] for member in packaged if member != "builtins"} == {
        "allow_net": [],
        "features": own["features"],
        "future_keywords": own["future_keywords"],
    }
