"""The other workers, as one of them sees them: each hears orders at a socket in the folder that they share.

Only the user of the service may enter that folder, so nobody else gives orders.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Literal

from vpce_guard.errors import SettingsError
from vpce_guard.logs import Logger

log = Logger("vpce_guard.workers")
Order = Literal["catch up", "tell"]  # come to the bundle that was activated last; write what was counted
_DONE = b"done"
_MOST = 100  # bytes of an order
_BACKLOG = 64


class Siblings:
    """The workers in a folder. Made before anything is read that may change, so that no order is missed."""

    def __init__(self, folder: Path) -> None:
        """Raises SettingsError where no socket can be made there."""
        self.folder = folder
        self._path = folder / f"{os.getpid()}.socket"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.bind(str(self._path))
            self._socket.listen(_BACKLOG)
        except OSError as error:
            self._socket.close()
            raise SettingsError(
                f"Workers cannot reach each other in {folder}: {error.strerror or error}.",
                advice="Set TMPDIR to a folder with a short name that can be written to.",
            ) from None

    @asynccontextmanager
    async def obeying(self, orders: Mapping[str, Callable[[], Awaitable[None]]]) -> AsyncIterator[None]:
        """While inside, orders of others are carried out; each is answered once it is."""

        async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(OSError):
                await orders[(await reader.read(_MOST)).decode()]()
                writer.write(_DONE)
                await writer.drain()
            writer.close()

        server = await asyncio.start_unix_server(hear, sock=self._socket)
        try:
            yield
        finally:
            server.close()
            self._path.unlink(missing_ok=True)

    async def tell(self, order: Order, *, within: float) -> list[int]:
        """Have all others carry out an order; the ids of processes that did not within so many seconds."""
        others = [path for path in self.folder.glob("*.socket") if path != self._path]
        carried = await asyncio.gather(*(_tell_one(path, order, within) for path in others))
        return [int(path.stem) for path, done in zip(others, carried, strict=True) if not done]

    async def tell_or_end(self, order: Order, *, within: float) -> None:
        """Have all others carry out an order; one that does not is killed, and its parent starts another."""
        for process in await self.tell(order, within=within):
            log.error("worker_silent", process=process, order=order, seconds=within)
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


async def _tell_one(path: Path, order: Order, within: float) -> bool:
    """Whether an order was carried out, or nobody is there who could."""
    try:
        async with asyncio.timeout(within):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                writer.write(order.encode())
                return await reader.read() in (_DONE, b"")  # nothing where it ended meanwhile
            finally:
                writer.close()
    except TimeoutError:
        return False
    except OSError:
        return True
