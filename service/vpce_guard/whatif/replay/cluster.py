"""A replay on a Dask cluster: parts of windows go to workers wherever they are, and come back as sums, in order.

A part carries its records, so that a worker that is lost costs the time of its parts: the scheduler gives them to
others. What judges is made once on each worker, also on those that come later. Loaded only with `--cluster`.
"""

from __future__ import annotations

import threading
import uuid
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from vpce_guard import __version__, installation
from vpce_guard.errors import EngineError, SettingsError
from vpce_guard.folders import make_temporary_folder
from vpce_guard.whatif.replay.results import Part, sum_parts
from vpce_guard.whatif.replay.sources import SHARDS, Record, Window

if TYPE_CHECKING:
    from vpce_guard.whatif.replay.run import Job
    from vpce_guard.whatif.replay.windows import Judge

try:
    from distributed import Client, Future, KilledWorker, WorkerPlugin, get_worker
except ModuleNotFoundError:
    raise SettingsError("A cluster needs Dask.", advice=installation("cluster")) from None

_CONNECT_SECONDS = 10.0
_PARTS_AHEAD = 3  # in flight for each worker
_LEAST_AHEAD = 4  # windows in flight at least
_RETRIES = 10  # how many workers may be lost under one part


def run_on_cluster(windows: Iterator[Window], job: Job, address: str) -> Generator[tuple[Window, Part], None, None]:
    """Windows with what came of them, in order, with few in flight.

    Raises EngineError where the scheduler cannot be reached, has no workers, or they are of another version.
    """
    with _connect(address) as client:
        plugin = JudgePlugin(f"vpce-guard-replay-{uuid.uuid4()}", job)
        client.register_plugin(plugin, name=plugin.name)
        flight: deque[tuple[Window, list[Future[Part]]]] = deque()
        try:
            for window in windows:
                flight.append((window._replace(records=[]), _submit(client, plugin.name, window)))
                if len(flight) >= _ahead(client):
                    yield _next_result(flight)
            while flight:
                yield _next_result(flight)
        finally:
            client.cancel([future for _, futures in flight for future in futures], force=True)
            client.unregister_worker_plugin(plugin.name)


class JudgePlugin(WorkerPlugin):
    """What judges on a worker, one part at a time: made when it is first asked, gone when the replay ends."""

    def __init__(self, name: str, job: Job) -> None:
        self.name = name
        self._job = job
        self._version = __version__
        self._lock: threading.Lock | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._judge: Judge | None = None

    def setup(self, worker: Any) -> None:  # noqa: ARG002 - Dask's signature
        """Take a folder of the worker's own: that of the job is on the machine that asked."""
        self._lock = threading.Lock()
        self._folder = make_temporary_folder("vpce-guard-replay-")

    def teardown(self, worker: Any) -> None:  # noqa: ARG002 - Dask's signature
        """Remove the folder."""
        if self._folder is not None:
            self._folder.cleanup()

    def judge(self, records: list[Record]) -> Part:
        """What comes of records. Raises EngineError where this worker has another version."""
        if self._version != __version__:
            raise EngineError(
                f"A worker has vpce-guard {__version__}, and {self._version} asks.",
                advice="Install the same version everywhere.",
            )
        assert self._lock is not None  # noqa: S101 - setup ran
        assert self._folder is not None  # noqa: S101 - setup ran
        with self._lock:
            if self._judge is None:
                workspace = replace(self._job.workspace, work=Path(self._folder.name), cache_dir=None)
                self._judge = replace(self._job, workspace=workspace).judge()
            return self._judge.judge(records)


def _judge_records(name: str, records: list[Record]) -> Part:
    """Runs on a worker."""
    plugin = cast("JudgePlugin", get_worker().plugins[name])
    return plugin.judge(records)


@contextmanager
def _connect(address: str) -> Iterator[Client]:
    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise EngineError(
            f"The cluster at {address} cannot be reached: {type(error).__name__}.",
            advice="Give the address that `dask scheduler` prints, such as tcp://10.0.0.1:8786.",
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        except TimeoutError:
            raise EngineError(
                f"The cluster at {address} has no workers.", advice=f"Start some: `dask worker {address}`."
            ) from None
        yield client


def _submit(client: Client, name: str, window: Window) -> list[Future[Part]]:
    """A task for each part. Parts of one number go to one worker while it is there: what is alike meets."""
    workers = sorted(client.scheduler_info(n_workers=-1)["workers"])
    return [
        client.submit(
            _judge_records,
            name,
            shard,
            pure=False,
            retries=_RETRIES,
            workers=[workers[number % len(workers)]] if workers else None,
            allow_other_workers=True,
        )
        for number, shard in window.shards()
    ]


def _ahead(client: Client) -> int:
    """How many windows are in flight, so that each worker has something to do."""
    workers = len(client.scheduler_info(n_workers=-1)["workers"])
    return max(_LEAST_AHEAD, workers * _PARTS_AHEAD // SHARDS)


def _next_result(flight: deque[tuple[Window, list[Future[Part]]]]) -> tuple[Window, Part]:
    window, futures = flight[0]
    try:
        part = sum_parts(future.result() for future in futures)
    except KilledWorker:
        raise EngineError(
            "Workers of the cluster ended again and again under one part, most likely because they ran out of memory.",
            advice="Give each more memory.",
        ) from None
    flight.popleft()
    return window, part
