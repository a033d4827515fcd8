"""Start the service with the examples decided, print where its console is and a key, and stop it on Ctrl-C."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from demo import EXAMPLES, HERE, serving, submit


def main() -> None:
    """Serve until it is interrupted; nothing is kept."""
    key = secrets.token_urlsafe(18)
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys"
        keys.write_text(f"you:{hashlib.sha256(key.encode()).hexdigest()} scopes=admin\n")
        with (
            suppress(KeyboardInterrupt),
            serving(api_keys_file=keys, org_data=HERE / "org-data/regulated-bank.yaml") as (url, service),
        ):
            for _, file, context in EXAMPLES:
                submit(url, file, context, key=key)
            print(f"The console: {url}/console")
            print(f"Sign in with: {key}")
            print("Ctrl-C ends it, and nothing is kept.", flush=True)
            service.wait()
    print("\nThe service is stopped.")


if __name__ == "__main__":
    main()
