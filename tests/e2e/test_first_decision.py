"""The first tutorial works as it stands: its file is written and its commands run, against a real service."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.support.serving import serving

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_a_first_decision_is_made_explained_mended_and_found_in_the_log(root: Path, tmp_path: Path) -> None:
    page = (root / "docs/tutorial/first-decision.md").read_text()
    blocks = BLOCK.findall(page)
    for _, name, text in blocks:
        if name:
            (tmp_path / name).write_text(text)
    with serving(tmp_path) as port:
        commands = [text.replace("127.0.0.1:8080", f"127.0.0.1:{port}") for kind, _, text in blocks if kind == "sh"]
        done = subprocess.run(
            ["bash", "-c", "\n".join(["set -euo pipefail", *commands])],
            cwd=tmp_path,
            env={
                **os.environ,
                "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
                "VPCE_GUARD_DATABASE_URL": f"sqlite:///{tmp_path / 'decisions.db'}",
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (shown,) = (text for kind, _, text in blocks if kind == "text")
    assert done.stdout.startswith(shown)
    assert "Smallest change: It would be allowed with: " in done.stdout
    assert "1 allowed, 0 denied" in done.stdout
    logged = json.loads(done.stdout.splitlines()[-1])["result"]
    assert logged == json.loads((tmp_path / "answer.json").read_text())["decisions"][0]
