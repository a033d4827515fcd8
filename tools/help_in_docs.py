"""Write what `--help` prints into the documentation, where a block begins with `$ vpce-guard … --help`.

With `--check`, name the pages that are not up to date and exit with 1. In a process of its own: a command keeps the
help option it had when it first ran, also when a test ran it by itself.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click
from click.testing import CliRunner

from vpce_guard.surfaces.cli import cli

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"(?<=^```text\n)\$ vpce-guard ((?:[a-z]+ )*)--help\n.*?(?=^```$)", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    """The pages that may hold such blocks."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def renew(text: str) -> str:
    """The text of a page with each block as the command prints it now."""
    return BLOCK.sub(lambda found: block(tuple(found[1].split())), text)


def block(words: tuple[str, ...]) -> str:
    """The content of a block: `$ vpce-guard WORDS --help` and what that prints on a wide terminal."""
    done = CliRunner().invoke(cli, [*words, "--help"], prog_name="vpce-guard", terminal_width=100)
    if done.exit_code:
        raise ValueError(f"vpce-guard {' '.join(words)} --help failed: {done.output or done.exception}")
    return f"$ {' '.join(('vpce-guard', *words, '--help'))}\n{done.output}"


def commands(command: click.Command = cli, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The words of every command, those that only group others left out."""
    if not isinstance(command, click.Group):
        return [words]
    context = click.Context(command)
    inner = ((name, command.get_command(context, name)) for name in command.list_commands(context))
    return [each for name, found in inner if found is not None for each in commands(found, (*words, name))]


def main(check: bool) -> int:
    """Renew the pages, or with `check` only name those that would change: then 1."""
    stale = {page: now for page in pages() if (now := renew(before := page.read_text())) != before}
    for page, now in stale.items():
        if not check:
            page.write_text(now)
        sys.stdout.write(f"{page.relative_to(ROOT)}\n")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
