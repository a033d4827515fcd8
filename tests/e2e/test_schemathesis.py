"""The whole API as its own document describes it, on a real service with either engine, asked by schemathesis.

All of its checks and phases count; schemathesis.toml says how. SCHEMATHESIS_EXAMPLES is how many requests each
operation gets beyond those worked out from the document; the suite makes few.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.serving import serving

EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "5")
JUDGING = (  # what asks the engine, in the phases whose requests differ with the answer
    *("--include-path-regex", "^/v1/(decisions|explanations|admission|run-task|portal-action|advice|audit|replays)"),
    *("--phases", "examples,fuzzing,stateful"),
)
SEED = () if "SCHEMATHESIS_EXAMPLES" in os.environ else ("--seed", "1")  # more examples, others each time


def ask(directory: Path, only: tuple[str, ...] = (), **settings: Any) -> None:
    """Let schemathesis loose on a service with these settings; fail with what it found. `only` are more options."""
    keys = directory / "keys"
    keys.write_text(f"all:{hashlib.sha256(b'key').hexdigest()} scopes=admin\n")
    signed = {"run_task_key": "k" * 16, "portal_client_id": "id", "portal_client_secret": "s" * 16}
    with serving(directory, api_keys_file=keys, timeout=60, **signed, **settings) as port:
        url = f"http://127.0.0.1:{port}"
        command = [
            *(sys.executable, "-c", "import schemathesis.cli; schemathesis.cli.schemathesis()"),
            *("--config-file", str(Path(__file__).with_name("schemathesis.toml"))),
            *("run", f"{url}/openapi.json", "--header", "Authorization: Bearer key"),
            *("--max-examples", EXAMPLES, "--no-color"),
            *("--generation-database", "none"),
            *SEED,
            *only,
        ]
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]


def test_the_embedded_engine(tmp_path: Path) -> None:
    ask(tmp_path, engine="embedded")


def test_a_sidecar(tmp_path: Path, opa_url: str) -> None:
    """Where no engine is asked, the first test has shown all there is."""
    ask(tmp_path, JUDGING, engine="opa", opa_url=opa_url)
