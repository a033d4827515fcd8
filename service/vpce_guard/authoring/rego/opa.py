"""The opa binary: its version, its commands with errors that name the author's files, and a server on a free port.

Policies and their tests may be a stranger's. So opa reaches no network and sees nothing of the environment, whatever
they ask for: it gets the builtins of the packaged capabilities.json, and PATH and HOME of the variables.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from vpce_guard.bundle.source_folders import Sources, open_sources
from vpce_guard.errors import BundleError, SourceError

OPA_VERSION = "1.22.2"
STAGE = "rego"  # what a copy of the sources is called: file names end up in policy.wasm
CAPABILITIES = Path(__file__).with_name("capabilities.json")
_COMPILING = ("build", "check", "eval", "test")  # the commands that compile Rego, or run it
_VARIABLES = ("PATH", "HOME")
_SHORT_LIVED = {"GOGC": "off", "GOMEMLIMIT": "1GiB"}  # collecting garbage would take a fourth of a command's time
_START = 10.0  # seconds a server may take to listen


def require_version(opa: str) -> None:
    """Raises BundleError unless `opa` runs and is of the pinned version."""
    try:
        state = os.stat(shutil.which(opa) or opa)
        said = _ask_version(opa, state.st_ino, state.st_size, state.st_mtime_ns)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BundleError(f"{opa} cannot be run: {error}.", advice="`make tools` fetches it.") from None
    if f"Version: {OPA_VERSION}\n" not in said:
        raise BundleError(f"{opa} is not OPA {OPA_VERSION}.", advice="`make tools` fetches it.")


def run(
    command: list[str],
    *,
    source: Path | Sources,
    cwd: Path | None = None,
    failing: tuple[int, ...] = (),
    capabilities: Path = CAPABILITIES,
) -> bytes:
    """What a command prints. Raises SourceError with what it says, the author's files in place of staged copies.

    Exit codes in `failing` are answers, too.
    """
    done = run_confined(command, cwd=cwd, capabilities=capabilities)
    if done.returncode not in (0, *failing):
        raise SourceError(with_source_paths((done.stderr or done.stdout).decode(errors="replace").strip(), source))
    return done.stdout


def run_confined(
    command: list[str], *, cwd: Path | None = None, capabilities: Path = CAPABILITIES
) -> subprocess.CompletedProcess[bytes]:
    """How a command of opa ended, without network and environment: `[opa, name, …]`, nothing of it is left out.

    `capabilities` is a document that allows no more than the packaged one.
    """
    opa, name, *rest = command
    limits = ["--capabilities", str(capabilities)] if name in _COMPILING else []
    return subprocess.run([opa, name, *limits, *rest], capture_output=True, check=False, cwd=cwd, env=_environment())


def _environment() -> dict[str, str]:
    return _SHORT_LIVED | {name: os.environ[name] for name in _VARIABLES if name in os.environ}


def with_source_paths(said: str, source: Path | Sources) -> str:
    """A text of opa's about a staged copy, with the paths of the sources."""
    sources = open_sources(source)
    return re.sub(
        rf"(?<![\w./-]){STAGE}/({'|'.join(sources.roots)})(?=/)",
        lambda found: str(sources.folder_of(found[1]) / found[1]),
        said,
    )


@contextmanager
def serve(bundle: Path, *, opa: str) -> Iterator[str]:
    """The URL of an OPA that serves a vpce.tar.gz on 127.0.0.1 while the context lasts. Raises BundleError."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"127.0.0.1:{port}"
    command = [opa, "run", "-s", "-a", address, "-l", "error", "--disable-telemetry", "-b", str(bundle)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment())
    try:
        deadline = time.monotonic() + _START
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                said = process.communicate()[1].decode(errors="replace").strip()
                raise BundleError(f"opa run serves nothing: {said or 'it did not start in time'}.")
            time.sleep(0.02)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.communicate()


@lru_cache(maxsize=4)
def _ask_version(opa: str, *_state: int) -> str:
    """What a binary says of itself, once for each state of its file."""
    return subprocess.run([opa, "version"], capture_output=True, text=True, check=True).stdout


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
