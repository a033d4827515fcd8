"""Workflow commands of GitHub: nothing in a message begins another command."""

from __future__ import annotations

from vpce_guard.model import Location
from vpce_guard.surfaces.reports.github import annotation


def test_an_annotation_is_one_line_whatever_it_says() -> None:
    line = annotation("error", Location(file="a,b.tf", line=3), "one: two", "first\n::set-env::second")
    assert line == "::error file=a%2Cb.tf,line=3,title=one%3A two::first%0A::set-env::second"
