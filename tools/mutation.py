"""Mutation check of the policies: python tools/mutation.py [family/name ...]

Each condition of each rule is removed and negated, and each comparison has its boundary moved, one at a time. A mutant
is killed when a Rego test of its rule fails, or an example gives something else, or one told as another operation does
(`policy test` holds rules to the operations of their METADATA). The mutants of a rule are judged together,
as packages beside the rule: all by its tests, then by the examples those that pass them. Prints the share killed and
each survivor, rule by rule as they are done, and the share of each family; exit code 1 when one is below THRESHOLD.
Works with as many threads as the process may use processors (`taskset -c 0` for one).
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vpce_guard.authoring.testing.examples import Case, cases

SOURCE = Path(__file__).parents[1] / "rego"
OPA = os.environ.get("OPA", "opa")
THRESHOLD = 0.92
SECONDS = 300

JUDGE = """
package vpce.mutation

found := {mutant: answers |
	some mutant in input.mutants
	answers := [answer | some document in input.documents; answer := _answer(mutant, document)]
}

_answer(mutant, document) := [denies, missing] if {
	org := object.get(document, "org", {})
	denies := {[d.path, object.get(d, "enforcement_action", "")] |
		some d in data.vpce.mutants[mutant].deny with input as document with data.org as org
	}
	missing := {pointer |
		count(denies) == 0
		some u in data.vpce.mutants[mutant].undetermined with input as document with data.org as org
		some pointer in array.concat(u.missing, [$"{count(u.missing)} missing"])
	}
}
"""


@dataclass(frozen=True)
class Mutant:
    """One changed condition: where, what it was, what it became, and the whole file with it."""

    place: str
    was: str
    became: str
    text: str


@dataclass(frozen=True)
class Score:
    """How many mutants of a rule there were and which of them nothing noticed."""

    rule: str
    mutants: int
    survivors: list[Mutant]


def main(chosen: list[str]) -> int:
    """Judge the mutants of the chosen rules, or of all."""
    examples: dict[str, list[Case]] = {}
    for case in cases(SOURCE):
        examples.setdefault(case.rule, []).append(case)
    folders = [f for f in sorted((SOURCE / "vpce/rules").glob("*/*/")) if not chosen or str(f).endswith(tuple(chosen))]
    families: dict[str, list[Score]] = {}
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for each in pool.map(lambda f: score(f, examples.get(f"{f.parent.name}.{f.name}", [])), folders):
            families.setdefault(each.rule.split(".")[0], []).append(each)
            print(f"{each.rule:<45} {each.mutants - len(each.survivors):>4} of {each.mutants:>4} killed", flush=True)
            for mutant in each.survivors:
                print(f"  survived {mutant.place}: {mutant.was!r} -> {mutant.became!r}", flush=True)
    good = [_is_good(family, scores) for family, scores in families.items()]
    return int(not good or not all(good))


def _is_good(family: str, scores: list[Score]) -> bool:
    total, survivors = sum(s.mutants for s in scores), sum(len(s.survivors) for s in scores)
    share = 1 - survivors / max(total, 1)
    told = f"{len(scores)} rules, {total} mutants, {total - survivors} killed: {share:.1%} (at least {THRESHOLD:.0%})"
    print(f"{family}: {told}")
    return share >= THRESHOLD and total > 0


def score(folder: Path, examples: list[Case]) -> Score:
    """Make the mutants of one rule, drop those that do not compile, and see which survive."""
    rule = f"{folder.parent.name}.{folder.name}"
    source = folder / f"{folder.name}.rego"
    mutants = dict(enumerate(_mutants(source)))
    with tempfile.TemporaryDirectory() as work:
        bundle = Path(work) / "rego"
        shutil.copytree(SOURCE / "vpce/lib", bundle / "vpce/lib", ignore=shutil.ignore_patterns("*_test.rego"))
        shutil.copytree(SOURCE / "vpce/testing", bundle / "vpce/testing")
        for data in ("services", "buckets"):
            shutil.copytree(SOURCE / "vpce" / data, bundle / "vpce" / data)
        shutil.copy(SOURCE / ".manifest", bundle)
        (bundle / "judge.rego").write_text(JUDGE)
        test = (folder / f"{folder.name}_test.rego").read_text()
        _write(bundle, "original", source.read_text(), test, rule)
        for number, mutant in mutants.items():
            _write(bundle, f"m{number}", mutant.text, test, rule)
        for broken in _not_compiling(bundle):
            mutants.pop(int(broken.removeprefix("m")), None)
            shutil.rmtree(bundle / "mutants" / broken)
        killed = _killed_by_tests(bundle)
        if "original" in killed:
            raise SystemExit(f"{rule}: the rule itself fails its tests; run `make rego` first")
        for name in killed:
            shutil.rmtree(bundle / "mutants" / name)
        killed |= _killed_by_examples(bundle, examples)
    return Score(rule, len(mutants), [m for number, m in mutants.items() if f"m{number}" not in killed])


def _mutants(source: Path) -> Iterator[Mutant]:
    text = source.read_text()
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line.encode()))
    parsed = _json([OPA, "parse", "-f", "json", "--json-include", "locations,-comments", str(source)])
    seen = set()
    for expression in _conditions(parsed["rules"]):
        location = expression["location"]
        was = base64.b64decode(location["text"]).decode()
        at = starts[location["row"] - 1] + location["col"] - 1
        raw = text.encode()
        if (at, was) in seen or raw[at : at + len(was.encode())] != was.encode():
            continue
        seen.add((at, was))
        for became in _changes(was):
            changed = raw[:at] + became.encode() + raw[at + len(was.encode()) :]
            place = f"{source.relative_to(SOURCE.parent)}:{location['row']}"
            yield Mutant(place, was, became, changed.decode())


def _conditions(node: Any) -> Iterator[dict[str, Any]]:
    """Every expression of every body, those of comprehensions included, that can be true or false by itself."""
    if isinstance(node, list):
        for child in node:
            yield from _conditions(child)
    elif isinstance(node, dict):
        if "terms" in node and "location" in node and not _binds(node["terms"]):
            yield node
        if node.get("type") == "templatestring":
            return
        for key, child in node.items():
            if key != "location":
                yield from _conditions(child)


def _binds(terms: Any) -> bool:
    if isinstance(terms, dict):
        return "symbols" in terms or "domain" in terms or terms.get("value") is True  # some, every, an empty body
    operator = terms[0].get("value", [{}])
    return isinstance(operator, list) and operator[0].get("value") in ("assign", "eq")


def _changes(was: str) -> Iterator[str]:
    yield "true"
    yield was.removeprefix("not ") if was.startswith("not ") else f"not {was}"
    moved = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
    if (found := re.search(r" (<=|>=|<|>) ", was)) is not None:
        yield was[: found.start(1)] + moved[found.group(1)] + was[found.end(1) :]


def _write(bundle: Path, name: str, text: str, test: str, rule: str) -> None:
    folder = bundle / "mutants" / name
    folder.mkdir(parents=True)
    package = rf"vpce\.rules\.{re.escape(rule)}\b"
    (folder / "rule.rego").write_text(re.sub(package, f"vpce.mutants.{name}", text))
    test = re.sub(rf"vpce\.rules\.{re.escape(rule)}_test\b", f"vpce.mutant_tests.{name}", test)
    (folder / "rule_test.rego").write_text(re.sub(package, f"vpce.mutants.{name}", test))


def _not_compiling(bundle: Path) -> set[str]:
    done = _run([OPA, "check", "--max-errors", "100000", "-f", "json", "--bundle", str(bundle)])
    if done.returncode == 0:
        return set()
    errors = json.loads(done.stderr or done.stdout)["errors"]
    broken = {Path(e["location"]["file"]).parent.name for e in errors}
    if "original" in broken or not all(re.fullmatch(r"m\d+", name) for name in broken):
        raise SystemExit(f"the rule itself does not compile: {errors[:3]}")
    for name in broken:  # parse errors hide compile errors, so look again
        shutil.move(bundle / "mutants" / name, bundle.parent / f"broken-{name}")
    found = broken | _not_compiling(bundle)
    for name in broken:
        shutil.move(bundle.parent / f"broken-{name}", bundle / "mutants" / name)
    return found


def _killed_by_tests(bundle: Path) -> set[str]:
    done = _run([OPA, "test", "-f", "json", "--bundle", str(bundle)])
    tests = json.loads(done.stdout)
    return {t["package"].split(".")[-1] for t in tests if t.get("fail") or t.get("error")}


def _killed_by_examples(bundle: Path, examples: list[Case]) -> set[str]:
    told = [case.as_input() for case in examples]
    documents = [{**d, "operation": operation} for d in told for operation in ("create", "modify", "delete")]
    names = sorted(folder.name for folder in (bundle / "mutants").iterdir())
    found = _answers(bundle, documents, names)
    return {name for name, answers in found.items() if answers != found["original"]}


def _answers(bundle: Path, documents: list[dict[str, Any]], names: list[str]) -> dict[str, Any]:
    file = bundle.parent / "input.json"
    file.write_text(json.dumps({"documents": documents, "mutants": names}))
    done = _run([OPA, "eval", "-f", "json", "-i", str(file), "-b", str(bundle), "data.vpce.mutation.found"])
    if done.returncode == 0:
        answers: dict[str, Any] = json.loads(done.stdout)["result"][0]["expressions"][0]["value"]
        return answers
    if len(names) == 1:  # it stops the evaluation, by yielding two values
        return {names[0]: None}
    middle = len(names) // 2
    return _answers(bundle, documents, names[:middle]) | _answers(bundle, documents, names[middle:])


def _json(command: list[str]) -> Any:
    done = _run(command)
    if done.returncode != 0:
        raise SystemExit(done.stderr or done.stdout)
    return json.loads(done.stdout)


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
