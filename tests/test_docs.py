"""What is documented is what there is, and what authors are told to do works."""

from __future__ import annotations

import re
from pathlib import Path

from vpce_guard.formats import FORMATS
from vpce_guard.settings import Settings
from vpce_guard.surfaces.cli.check import command as check
from vpce_guard.surfaces.reports import report_names


def test_every_setting_is_documented(root: Path) -> None:
    documented = set(re.findall(r"^\| (\w+) \|", (root / "docs/reference/settings.md").read_text(), re.MULTILINE))
    assert documented - {"setting"} == set(Settings.model_fields)


def test_every_format_report_and_option_of_check_is_documented(root: Path) -> None:
    formats = (root / "docs/reference/formats.md").read_text()
    assert set(re.findall(r"^## `(\w+)`$", formats, re.MULTILINE)) == set(FORMATS)
    reports = (root / "docs/reference/reports.md").read_text()
    assert set(re.findall(r"^\| `(\w+)` \|", reports, re.MULTILINE)) <= set(report_names())
    told = "".join(path.read_text() for path in (root / "README.md", *(root / "docs").rglob("*.md")))
    options = {parameter.opts[0] for parameter in check.params if parameter.name not in Settings.model_fields}
    assert {option for option in options if option.startswith("--") and option not in told} == set()
