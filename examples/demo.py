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
from pathlib import Path

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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = tempfile.TemporaryDirectory()  # the decision log of the demo goes with it
    database = {"VPCE_GUARD_DATABASE_URL": f"sqlite:///{kept.name}/decisions.db"}
    environment = {**os.environ, **database, "VPCE_GUARD_LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "vpce_guard", "serve", "--port", str(port)]
    service = subprocess.Popen(command, env=environment)
    try:
        url = f"http://127.0.0.1:{port}"
        wait(url, service)
        print(f"vpce-guard answers on {url}, policies run in-process.\n")
        for title, file, context in EXAMPLES:
            show(url, title, file, context)
    finally:
        service.terminate()
        service.wait(timeout=10)
        kept.cleanup()
    print("The service is stopped. Next: `make serve`, then http://127.0.0.1:8080/docs")


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


def show(url: str, title: str, file: str, context: str | None) -> None:
    """Submit one example and print the decisions."""
    body = {"document": json.loads((HERE / file).read_text())}
    if context:
        body["context"] = json.loads((HERE / context).read_text())
    request = urllib.request.Request(
        url + "/v1/decisions", json.dumps(body).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        answer = json.load(response)
    decisions = tuple(Decision.model_validate(decision) for decision in answer["decisions"])
    print(f"== {title} (examples/{file})\n")
    click.echo(text.render(Report(request_id=answer["request_id"], decisions=decisions)) + "\n")  # styles on a terminal


if __name__ == "__main__":
    main()
