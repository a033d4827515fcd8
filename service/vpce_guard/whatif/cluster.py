"""Work on a Dask cluster: each item goes to a worker with all it takes, and what comes of it comes back.

So a worker that is lost costs the time of its items: the scheduler gives them to others. What works on them is made
once on each worker, also on those that come later. Loaded only with `--cluster`.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from vpce_guard import __version__, installation
from vpce_guard.errors import EngineError, SettingsError
from vpce_guard.folders import make_temporary_folder
from vpce_guard.whatif.workers import WorkerJob

try:
    from distributed import Client, Future, KilledWorker, WorkerPlugin, get_worker
except ModuleNotFoundError:
    raise SettingsError("A cluster needs Dask.", advice=installation("cluster")) from None

_CONNECT_SECONDS = 10.0
_RETRIES = 10  # how many workers may be lost under one item


class ClusterWorkers:
    """The workers of a cluster while they work on one job."""

    def __init__(self, client: Client, name: str) -> None:
        self._client, self._name = client, name
        self._flight: set[Future[Any]] = set()

    @property
    def count(self) -> int:
        """How many there are now."""
        return len(self._addresses())

    def submit(self, item: Any, *, number: int | None = None) -> Future[Any]:
        """Give an item to a worker. Those of one number go to one worker while it is there: what is alike meets."""
        workers = sorted(self._addresses()) if number is not None else []
        future = self._client.submit(
            _work_on,
            self._name,
            item,
            pure=False,
            retries=_RETRIES,
            workers=[workers[number % len(workers)]] if workers and number is not None else None,
            allow_other_workers=bool(workers),
        )
        self._flight.add(future)
        return future

    def wait(self, future: Future[Any]) -> Any:
        """What came of an item. Raises EngineError where workers end under it, and what the work raises."""
        try:
            found = future.result()
        except KilledWorker:
            raise EngineError(
                "Workers of the cluster ended again and again under one part, most likely because they ran out of "
                "memory.",
                advice="Give each more memory.",
            ) from None
        self._flight.discard(future)
        return found

    def cancel(self) -> None:
        """Let go of all that is in flight."""
        self._client.cancel(list(self._flight), force=True)

    def _addresses(self) -> list[str]:
        return list(self._client.scheduler_info(n_workers=-1)["workers"])


@contextmanager
def work_on_cluster(address: str, job: WorkerJob) -> Iterator[ClusterWorkers]:
    """The workers of the scheduler at an address, with the job; it is taken from them at the end.

    Raises EngineError where the scheduler cannot be reached or has no workers.
    """
    with _connect(address) as client:
        plugin = JobPlugin(f"vpce-guard-{uuid.uuid4()}", job)
        client.register_plugin(plugin, name=plugin.name)
        workers = ClusterWorkers(client, plugin.name)
        try:
            yield workers
        finally:
            workers.cancel()
            client.unregister_worker_plugin(plugin.name)


class JobPlugin(WorkerPlugin):
    """What works on a worker, one item at a time: made when it is first asked, gone when the job ends."""

    def __init__(self, name: str, job: WorkerJob) -> None:
        self.name = name
        self._job = job
        self._version = __version__
        self._lock: threading.Lock | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._work: Callable[[Any], Any] | None = None

    def setup(self, worker: Any) -> None:  # noqa: ARG002 - Dask's signature
        """Take a folder of the worker's own: that of the job is on the machine that asked."""
        self._lock = threading.Lock()
        self._folder = make_temporary_folder("vpce-guard-work-")

    def teardown(self, worker: Any) -> None:  # noqa: ARG002 - Dask's signature
        """Remove the folder."""
        if self._folder is not None:
            self._folder.cleanup()

    def work_on(self, item: Any) -> Any:
        """What comes of an item. Raises EngineError where this worker has another version."""
        if self._version != __version__:
            raise EngineError(
                f"A worker has vpce-guard {__version__}, and {self._version} asks.",
                advice="Install the same version everywhere.",
            )
        assert self._lock is not None  # noqa: S101 - setup ran
        assert self._folder is not None  # noqa: S101 - setup ran
        with self._lock:
            if self._work is None:
                self._work = self._job.open_on_worker(Path(self._folder.name))
            return self._work(item)


def _work_on(name: str, item: Any) -> Any:
    """Runs on a worker."""
    plugin = cast("JobPlugin", get_worker().plugins[name])
    return plugin.work_on(item)


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
