"""Start the service, submit the examples over HTTP, print the decisions, stop the service."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from vpce_guard.model import Decision
from vpce_guard.surfaces.reports import Report, text

HERE = Path(__file__).parent
EXAMPLES = [
    ("A Terraform plan with a module and six endpoints", "terraform/plan.json", None),
    ("An AWS API request, as boto3 would send it", "requests/create-interface.json", "requests/context.json"),
    ("A proposal, our own format", "requests/proposal.json", None),
]


def main() -> None:
    """Run the demo; the service is stopped whatever happens."""
    with serving() as (url, _):
        print(f"vpce-guard answers on {url}, policies run in-process.\n")
        for title, file, context in EXAMPLES:
            show(url, title, file, context)
    print("The service is stopped. Next: `make console`, or `make serve`, then http://127.0.0.1:8080/docs")


@contextmanager
def serving(**settings: object) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The URL and the process of a service with these settings, which is stopped whatever happens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as kept:  # the decision log goes with it
        given = {"database_url": f"sqlite:///{kept}/decisions.db", "log_level": "warning", **settings}
        environment = {f"VPCE_GUARD_{name.upper()}": str(value) for name, value in given.items()}
        command = [sys.executable, "-m", "vpce_guard", "serve", "--port", str(port)]
        service = subprocess.Popen(command, env={**os.environ, **environment})
        try:
            url = f"http://127.0.0.1:{port}"
            wait(url, service)
            yield url, service
        finally:
            service.terminate()
            service.wait(timeout=10)


def wait(url: str, service: subprocess.Popen[bytes]) -> None:
    """Until the service is ready, at most 30 s."""
    for _ in range(300):
        try:
            urllib.request.urlopen(url + "/readyz", timeout=1).close()
            return
        except (urllib.error.URLError, OSError):
            if service.poll() is not None:
                sys.exit(f"The service stopped with exit code {service.returncode}.")
            time.sleep(0.1)
    sys.exit("The service did not become ready.")


def submit(url: str, file: str, context: str | None, *, key: str | None = None) -> Any:
    """What the service answers to one example."""
    body = {"document": json.loads((HERE / file).read_text())}
    if context:
        body["context"] = json.loads((HERE / context).read_text())
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {key}"} if key else {})}
    request = urllib.request.Request(url + "/v1/decisions", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def show(url: str, title: str, file: str, context: str | None) -> None:
    """Submit one example and print the decisions."""
    answer = submit(url, file, context)
    decisions = tuple(Decision.model_validate(decision) for decision in answer["decisions"])
    print(f"== {title} (examples/{file})\n")
    click.echo(text.render(Report(request_id=answer["request_id"], decisions=decisions)) + "\n")  # styles on a terminal


if __name__ == "__main__":
    main()
