"""The report as a page: one file, nothing fetched, readable in light and dark and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from vpce_guard.surfaces.reports import rule_page
from vpce_guard.surfaces.reports.replay import (
    CHANGES,
    TITLES,
    Row,
    count_left_out,
    describe_reproduction,
    headline,
    tables,
)
from vpce_guard.whatif.compare import ComparedDecision
from vpce_guard.whatif.replay.results import REASONS, WORDS, ReplayResult

_MOST_ROWS = 100

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6675; --line: #dde2e9; --page: #f6f7f9; --card: #fff;
  --bad: #b3261e; --good: #1b6e3c; --unsure: #8a5a00; --other: #3b5b92; --bad-back: #fdecea; --good-back: #e8f5ec; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b4; --line: #303844; --page: #14181e;
  --card: #1c222b; --bad: #ff8a80; --good: #7bd8a0; --unsure: #ffc56b; --other: #9dbcf5; --bad-back: #3a1f1e;
  --good-back: #16301f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 40px 0 12px; }
p { margin: 4px 0; } .soft { color: var(--soft); }
code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 24px 0; }
.number, .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
.number b { display: block; font-size: 28px; font-variant-numeric: tabular-nums; line-height: 1.2; }
.newly_denied { color: var(--bad); } .newly_allowed { color: var(--good); }
.newly_undetermined { color: var(--unsure); } .changed_reasons { color: var(--other); }
.zero { color: var(--soft); font-weight: normal; }
.warning { border-left: 4px solid var(--unsure); } .whole { border-left: 4px solid var(--good); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); }
th, td { text-align: right; padding: 7px 12px; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; }
th { font-weight: 600; color: var(--soft); } td { font-variant-numeric: tabular-nums; }
details { margin: 10px 0; } summary { cursor: pointer; padding: 4px 0; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; margin-top: 8px; }
.sides > div { border-radius: 8px; padding: 8px 12px; border: 1px solid var(--line); min-width: 0; }
.sides ul { margin: 4px 0; padding-left: 18px; overflow-wrap: anywhere; }
.denied { background: var(--bad-back); } .allowed { background: var(--good-back); }
@media (max-width: 640px) { .sides { grid-template-columns: 1fr; } }
"""


def render(replayed: ReplayResult) -> str:
    """One HTML document."""
    body = "\n".join(_body(replayed))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>Replay: {escape(headline(replayed))}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _body(replayed: ReplayResult) -> Iterator[str]:
    yield f"<h1>{escape(headline(replayed))}</h1>"
    yield f"<p>Candidate: <code>{escape(replayed.candidate)}</code></p>"
    chosen = "".join(f", {escape(name)} <code>{escape(told)}</code>" for name, told in replayed.selection.items())
    yield f'<p class="soft">Recorded: <code>{escape(replayed.source)}</code>{chosen}{_times(replayed)}</p>'
    yield from _numbers(replayed)
    yield from _reproduction(replayed)
    for name, rows in tables(replayed):
        yield f"<h2>By {name}</h2>"
        yield from _table(name, rows, replayed.docs_url)
    for kind in CHANGES:
        examples = replayed.tally.examples.get(kind, [])
        if examples:
            yield f'<h2>Examples: <span class="{kind}">{TITLES[kind]}</span></h2>'
        for example in examples:
            yield from _example(example, opened=example is examples[0])


def _times(replayed: ReplayResult) -> str:
    first, last = replayed.part.first, replayed.part.last
    return f", from {escape(first)} to {escape(last)}" if first and last else ""


def _numbers(replayed: ReplayResult) -> Iterator[str]:
    yield '<div class="numbers">'
    for kind, title in TITLES.items():
        number = replayed.tally.kinds[kind]
        yield f'<div class="number"><b class="{kind if number else "zero"}">{number:,}</b>{title}</div>'
    yield "</div>"


def _reproduction(replayed: ReplayResult) -> Iterator[str]:
    if not replayed.not_reproduced:
        yield f'<div class="card whole">{escape(describe_reproduction(replayed))}</div>'
        return
    yield f'<div class="card warning"><p>{escape(describe_reproduction(replayed))}</p><ul>'
    yield from (f"<li>{number:,}: {escape(words)}</li>" for words, number in count_left_out(replayed))
    yield "</ul><details><summary>Which</summary><ul>"
    for reason in REASONS:
        for one in replayed.part.listed.get(reason, []):
            name = escape(one.decision_id or "a record")
            yield f"<li><code>{name}</code> {escape(WORDS[reason])}: {escape(one.detail)}</li>"
    yield "</ul></details></div>"


def _table(name: str, rows: list[Row], docs_url: str) -> Iterator[str]:
    heads = "".join(f"<th>{TITLES[kind]}</th>" for kind in CHANGES)
    yield f'<div class="scroll"><table><thead><tr><th>{name}</th>{heads}</tr></thead><tbody>'
    for row in rows[:_MOST_ROWS]:
        cells = "".join(
            f'<td class="{kind if count else "zero"}">{count:,}</td>'
            for kind, count in zip(CHANGES, row.counts, strict=True)
        )
        told = escape(row.name)
        if name == "rule":
            told = f'<a href="{escape(rule_page(row.name, docs_url))}">{told}</a>'
        yield f"<tr><td>{told}</td>{cells}</tr>"
    yield "</tbody></table></div>"
    if len(rows) > _MOST_ROWS:
        yield f'<p class="soft">{len(rows) - _MOST_ROWS:,} more are not shown.</p>'


def _example(example: ComparedDecision, *, opened: bool) -> Iterator[str]:
    about = example.about
    told = f"{escape(about.address)} <span class=soft>{escape(', '.join(example.rules))}</span>"
    yield f'<details class="card"{" open" if opened else ""}><summary>{told}</summary>'
    yield (
        f'<p class="soft">decision <code>{escape(about.decision_id)}</code> of {escape(about.timestamp)}, '
        f"account {escape(about.account)}, {escape(about.service)}, team {escape(about.team)}</p>"
    )
    yield '<div class="sides">'
    yield _side("Recorded", example.before, allowed=example.allowed_before)
    yield _side("Candidate", example.after, allowed=example.allowed_after)
    yield "</div></details>"


def _side(title: str, reasons: tuple[str, ...], *, allowed: bool) -> str:
    verdict = "allowed" if allowed else "denied"
    told = "".join(f"<li>{escape(reason)}</li>" for reason in reasons) or "<li>nothing that the other has not</li>"
    return f'<div class="{verdict}"><b>{title}: {verdict}</b><ul>{told}</ul></div>'
