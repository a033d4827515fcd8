"""Runs as a whole: stopped and gone on with, with any number of workers, in memory that does not grow."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.command import Done
from tests.support.command import run as run_here
from tests.support.recording import GATEWAY, KMS, again, many, record
from tests.support.rego import copy_rego
from tests.support.waiting import LONGEST, until
from vpce_guard.bundle.archive import pack, unpack
from vpce_guard.bundle.bundle import PACKAGED, open_bundle
from vpce_guard.errors import BundleError


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "vpce_guard", "replay", "--candidate", str(PACKAGED), *arguments]


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(*arguments), capture_output=True, timeout=900, check=False)


MANY = 1999


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of two thousand decisions, to be copied."""
    file = tmp_path_factory.mktemp("large") / "decisions.db"
    many(f"sqlite:///{file}", MANY)
    return file


def test_a_killed_replay_goes_on_and_tells_the_same(url: str, large: Path, tmp_path: Path) -> None:
    shutil.copy(large, tmp_path / "decisions.db")
    state = tmp_path / "state.json"
    asked = ["--log", url, "--until", "2026-02-01T00:00:00Z", "-o", "json"]
    process = subprocess.Popen(command(*asked, "--workers", "2", "--resume", str(state)), stdout=subprocess.DEVNULL)
    while not state.exists():
        time.sleep(0.02)
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait(LONGEST)
    read = json.loads(state.read_bytes())["part"]["read"]
    assert 0 < read < MANY
    gone_on = run(*asked, "--resume", str(state), "--workers", "1")
    assert gone_on.returncode == 0
    whole = run(*asked, "--workers", "1")
    assert json.loads(gone_on.stdout) == json.loads(whole.stdout)
    told = json.loads(whole.stdout)
    assert (told["read"], told["compared"], told["not_reproduced"]["reasons"]) == (MANY, 1959, {"differs": 40})
    assert run(*asked, "--resume", str(state)).stdout == whole.stdout  # nothing is left to do


def test_workers_end_with_the_one_who_asked(url: str, large: Path, tmp_path: Path) -> None:
    shutil.copy(large, tmp_path / "decisions.db")
    process = subprocess.Popen(command("--log", url, "--workers", "2"), stdout=subprocess.DEVNULL)
    workers: list[int] = []
    while len(workers) < 2:
        time.sleep(0.05)
        assert process.poll() is None
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        workers = [int(child) for child in children if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()]
    process.send_signal(signal.SIGKILL)
    process.wait(LONGEST)
    until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))


_MEMORY = """
import resource, sys, tempfile
from pathlib import Path
from vpce_guard.whatif.replay.request import Request, replay
from vpce_guard.settings import Settings
settings = Settings(database_url=sys.argv[1])
peaks = {}
def told(read, total):
    peaks[read] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with tempfile.TemporaryDirectory() as work:
    replay(Request(settings=settings, work=Path(work), candidate=sys.argv[2]), told)
print(peaks[1000], peaks[2000])
"""


def test_memory_does_not_grow_with_the_log(url: str, large: Path, tmp_path: Path) -> None:
    shutil.copy(large, tmp_path / "decisions.db")
    done = subprocess.run(
        [sys.executable, "-c", _MEMORY, url, str(PACKAGED)], capture_output=True, timeout=900, check=True
    )
    early, late = map(int, done.stdout.split())
    assert late < early * 1.1


def test_exit_codes(url: str, tmp_path: Path) -> None:
    strict = tmp_path / "strict.json"
    strict.write_text(json.dumps({"services": {"allow": ["*"], "deny": ["s3"]}}))
    record(url, GATEWAY, KMS)

    def here(*arguments: str) -> Done:
        return run_here("replay", "--candidate", str(PACKAGED), "--workers", "1", *arguments)

    assert here("--log", url).returncode == 0
    assert here("--log", url, "--candidate-data", str(strict), "--max-newly-denied", "1").returncode == 0
    refused = here("--log", url, "--candidate-data", str(strict), "--max-newly-denied", "0")
    assert refused.returncode == 1
    assert refused.stderr.decode() == "vpce-guard: 1 newly denied, and at most 0 may be.\n"
    assert refused.stdout.decode().startswith("Candidate: ")
    assert here("--log", url, "--candidate", "nowhere").returncode == 2
    assert here("--log", url, "--since", "yesterday").returncode == 2
    assert here("--log", url, "--from", "nowhere.jsonl").returncode == 2
    mistyped = tmp_path / "mistyped.db"
    assert here("--log", f"sqlite:///{mistyped}").returncode == 2
    assert not mistyped.exists()
    assert here("--log", "postgresql://127.0.0.1:1/nowhere").returncode == 3
    assert run_here("replay", "--log", url).returncode == 2


def test_a_candidate_that_does_not_build_decides_nothing(url: str, tmp_path: Path, opa: str, root: Path) -> None:
    record(url, GATEWAY)
    copy_rego(root, tmp_path / "rego", rules=("gw/*",))
    (tmp_path / "rego/vpce/main/main.rego").write_text("this is no Rego")
    done = run("--log", url, "--candidate", str(tmp_path / "rego"), "--opa", opa)
    assert done.returncode == 3
    assert b"main.rego:1" in done.stderr
    assert done.stdout == b""


def test_a_signed_archive(url: str, tmp_path: Path, opa: str) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    from vpce_guard.bundle.signing import sign

    key = ec.generate_private_key(ec.SECP256R1())
    private = tmp_path / "key.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"k": public}))
    archive = tmp_path / "bundle.tar.gz"
    archive.write_bytes(sign(open_bundle(PACKAGED), key=private, key_id="k", opa=opa))
    record(url, GATEWAY)
    assert again(url, tmp_path, candidate=str(archive), keys_file=keys).tally.kinds["unchanged"] == 1
    assert again(url, tmp_path, candidate=str(archive)).tally.kinds["unchanged"] == 1
    archive.write_bytes(
        pack({name: content for name, content in unpack(archive.read_bytes()).items() if "sig" not in name})
    )
    with pytest.raises(BundleError, match="The archive is not signed"):
        again(url, tmp_path, candidate=str(archive), keys_file=keys)
