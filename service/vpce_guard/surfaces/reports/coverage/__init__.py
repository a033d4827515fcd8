"""Coverage of the source documents: each sentence with its rules and the examples that fire them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from pydantic_core import to_json

from vpce_guard.bundle.bundle import Bundle, Sentence


def render(bundle: Bundle, output: str) -> str:
    """The coverage as `text`, `json` or `markdown`."""
    if output == "json":
        every = [{**sentence.model_dump(), "examples": _examples(bundle, sentence)} for sentence in bundle.coverage]
        return to_json(every, indent=2).decode()
    lines = _render_markdown(bundle) if output == "markdown" else _render_text(bundle)
    return "\n".join(lines) + "\n"


def _render_text(bundle: Bundle) -> Iterator[str]:
    for sentence in bundle.coverage:
        yield f"{sentence.file}, {sentence.sentence}" + (f": {sentence.says}" if sentence.says else "")
        for rule_id, names in _examples(bundle, sentence).items():
            yield f"  {rule_id:<16} {bundle.rule(rule_id).title}"
            yield from (f"  {'':<16}   fired by: {name}" for name in names)
        if sentence.note:
            yield f"  note: {sentence.note}"


def _render_markdown(bundle: Bundle) -> Iterator[str]:
    covered = sum(bool(s.rules) for s in bundle.coverage)
    yield "# Coverage of the source documents"
    yield ""
    yield "From `rego/coverage.yaml` and the rules; a sentence without rules says why."
    yield f"{covered} of {len(bundle.coverage)} entries have rules; each rule named is fired by the examples beside it."
    for file, sentences in itertools.groupby(bundle.coverage, key=lambda s: s.file):
        yield from ("", f"## {file}", "", "| sentence | says | rules | fired by | note |", "|---|---|---|---|---|")
        for sentence in sentences:
            examples = _examples(bundle, sentence)
            rules = "<br>".join(f"{r} {bundle.rule(r).title}" for r in examples)
            fired = "<br>".join(name for names in examples.values() for name in names)
            cells = (sentence.sentence, sentence.says, rules, fired, sentence.note)
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _examples(bundle: Bundle, sentence: Sentence) -> dict[str, list[str]]:
    """The names of the examples that fire each rule of a sentence."""
    return {rule: [e["name"] for e in bundle.examples[rule]["fail"]] for rule in sentence.rules}
