"""What the log's tests start: a PostgreSQL of their own, and the service as a process."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from tests.support import warm
from tests.support.waiting import LONGEST, until

ROOT = Path(__file__).parents[2]
GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
KMS = {**GATEWAY, "ServiceName": "com.amazonaws.us-east-1.kms"}


def free_port() -> int:
    """A port nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Postgresql:
    """A PostgreSQL server in a directory of its own, on 127.0.0.1 only, run by a user without privileges."""

    def __init__(self, *, follows: Postgresql | None = None) -> None:
        tool = subprocess.run([ROOT / "tools/postgresql"], stdout=subprocess.PIPE, text=True, check=True)
        self._bin = Path(tool.stdout.strip())
        self._user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        self.port = free_port()
        self._password = follows._password if follows else uuid.uuid4().hex
        self._directory = tempfile.TemporaryDirectory(prefix="vpce-guard-postgresql-")
        self._data = Path(self._directory.name) / "data"
        password = Path(self._directory.name) / "password"
        password.write_text(self._password)
        if self._user:
            subprocess.run(["chown", "-R", "postgres", self._directory.name], check=True)
        if follows:
            source = f"{follows._url('postgres')}?application_name=standby"
            self._call("pg_basebackup", "--write-recovery-conf", "--checkpoint=fast", "--dbname", source)
        else:
            self._call("initdb", "--username=guard", f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8")
        self.start()

    def _call(self, program: str, *arguments: str) -> None:
        command = [*self._user, str(self._bin / program), "-D", str(self._data), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=60"
        self._call("pg_ctl", "start", "-w", "-s", "-l", str(self._data / "log"), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """End it: `fast` breaks its connections, `immediate` is a crash."""
        self._call("pg_ctl", "stop", "-w", "-s", "-m", mode)

    def promote(self) -> None:
        """Take the place of the server that this one follows."""
        self._call("pg_ctl", "promote", "-w", "-s")

    def pause(self) -> None:
        """Stop all of its processes where they are; their sockets stay open."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let them run again."""
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        main = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(main)], capture_output=True, text=True).stdout
        for process in (main, *map(int, children.split())):
            os.kill(process, what)

    def fresh(self, *, like: str = "") -> str:
        """The URL of a new database: an empty one, or a copy of that at a URL, which nobody is connected to."""
        name = f"log_{uuid.uuid4().hex}"
        copied = f" TEMPLATE {_name(like)}" if like else ""
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}{copied}".encode())
        return self._url(name)

    def drop(self, url: str) -> None:
        """Take a database away, whoever is connected to it."""
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {_name(url)} WITH (FORCE)".encode())

    def _url(self, database: str) -> str:
        return f"postgresql://guard:{self._password}@127.0.0.1:{self.port}/{database}"

    def close(self) -> None:
        """End it and take everything away."""
        try:
            self.stop("immediate")
        finally:
            self._directory.cleanup()


def _name(url: str) -> str:
    """The name of the database at a URL."""
    return url.rsplit("/", 1)[-1]


class Service:
    """The service as a process of its own, ready to answer."""

    def __init__(self, url: str, **settings: Any) -> None:
        given = {"database_url": url, "log_level": "error", **settings}
        environment = {f"VPCE_GUARD_{name.upper()}": str(value) for name, value in given.items()}
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        command = ["serve", "--port", port]
        self.process = warm.start(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
        until(self._ready)

    def _ready(self) -> bool:
        assert self.process.poll() is None, "the service did not start"
        return self.get("/readyz")[0] == 200

    def get(self, path: str) -> tuple[int, Any]:
        """Status and JSON of an answer; 0 and None without one."""
        return self._ask(urllib.request.Request(self.base + path))

    def decide(self, document: Mapping[str, Any] = KMS, *, times: int = 1) -> tuple[int, list[Any]]:
        """Status and decisions of a batch; 0 and none without an answer."""
        body = json.dumps({"items": [{"document": document}] * times}).encode()
        status, answer = self._ask(urllib.request.Request(self.base + "/v1/decisions/batch", body))
        if status == 200:
            return status, [decision for result in answer["results"] for decision in result["decisions"]]
        return status, answer["decisions"] if answer else []

    def _ask(self, request: urllib.request.Request) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(request, timeout=LONGEST) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())
        except (OSError, ValueError, http.client.HTTPException):
            return 0, None

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it and wait until it has."""
        self.process.send_signal(how)
        self.process.wait(LONGEST)
