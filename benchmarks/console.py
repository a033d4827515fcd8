"""What the console adds to a decision: services with it and without it, asked in turns, as ratios of medians by rounds.

Its pages were looked at before, so that all that they load is there. Traffic goes to 127.0.0.1 only.
"""

from __future__ import annotations

import http.client
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from gates import hold
from processes import process

from decisions import ordinary

ROUNDS, CALLS = 7, 200
PAGES = ("check", "decisions", "rules", "advice", "policies", "health")


def main() -> None:
    """Measure decisions that are recorded and ones that are not, and hold the gates."""
    document = {"document": ordinary()}
    asked = {"recorded": document, "not recorded": {**document, "dry_run": True}}
    with ExitStack() as stack:
        without, with_it = (stack.enter_context(_service(console=shown)) for shown in ("false", "true"))
        for page in PAGES:
            assert _ask(with_it, "GET", f"/console/{page}") == 200, page
        hold("console", {f"{name}, with the console": _ratios(without, with_it, one) for name, one in asked.items()})


@contextmanager
def _service(*, console: str) -> Iterator[http.client.HTTPConnection]:
    """A service with a log of its own, by a connection that stays."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"VPCE_GUARD_CONSOLE": console, "VPCE_GUARD_DATABASE_URL": f"sqlite:///{folder}/decisions.db"}
        serve = [sys.executable, "-m", "vpce_guard", "serve"]
        with process(serve, "--port", "/readyz", environment=environment) as port:
            yield http.client.HTTPConnection("127.0.0.1", port)


def _ratios(without: http.client.HTTPConnection, with_it: http.client.HTTPConnection, document: object) -> list[float]:
    """The median time with the console as a part of that without it, of each round; the first round warms up."""
    body, ratios = json.dumps(document).encode(), []
    for _ in range(ROUNDS + 1):
        times: tuple[list[float], list[float]] = ([], [])
        for call in range(CALLS):
            for which in (0, 1) if call % 2 else (1, 0):
                started = time.perf_counter()
                assert _ask((without, with_it)[which], "POST", "/v1/decisions", body) == 200
                times[which].append(time.perf_counter() - started)
        ratios.append(statistics.median(times[1]) / statistics.median(times[0]))
    return ratios[1:]


def _ask(connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None) -> int:
    connection.request(method, path, body, {"content-type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return answer.status


if __name__ == "__main__":
    main()
