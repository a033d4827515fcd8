"""What an audit found of each endpoint, in a file of its own that is gone with the audit, and read back one by one.

So memory does not grow with the decisions. Few stay in memory: the file is made once there is too much for that.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple, TypeVar, overload

from pydantic_core import from_json, to_json

from vpce_guard.formats.document import Draft
from vpce_guard.model import Decision
from vpce_guard.whatif.audit.types import AuditedEndpoint

T = TypeVar("T")
_IN_MEMORY = 8 << 20  # bytes
_SIZE = struct.Struct("<I")
_QUICK = 1  # of zlib's levels


class AuditedRow(NamedTuple):
    """What is kept of one endpoint: the decision on it, what the audit tells, and what reports look up in its draft."""

    decision: Decision
    endpoint: AuditedEndpoint
    draft: Draft

    def pack(self) -> bytes:
        """The row as bytes. Of the draft there is the request, the Region, and what is not to be shown."""
        region = self.draft.context.get("Region")
        looked_up = {"request": self.draft.request, "region": region, "sensitive": self.draft.sensitive}
        parts = (to_json(self.decision), to_json(self.endpoint), to_json(looked_up))
        return zlib.compress(b"\n".join(parts), _QUICK)

    @classmethod
    def unpack(cls, content: bytes) -> AuditedRow:
        """The row of bytes."""
        decision, endpoint, draft = zlib.decompress(content).split(b"\n")
        found = from_json(draft)
        context = {} if found["region"] is None else {"Region": found["region"]}
        return cls(
            Decision.model_validate_json(decision),
            AuditedEndpoint.model_validate_json(endpoint),
            Draft(operation="create", request=found["request"], context=context, sensitive=tuple(found["sensitive"])),
        )


class RowFile:
    """Packed rows by their place in the file; the one that was read last stays unpacked."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - as long as somebody looks into it
        self._end = 0
        self._last: tuple[int, AuditedRow] | None = None

    def add(self, content: bytes) -> int:
        """Keep a packed row, and tell its place."""
        place = self._end
        self._file.seek(place)
        self._file.write(_SIZE.pack(len(content)) + content)
        self._end += _SIZE.size + len(content)
        return place

    def read(self, place: int) -> AuditedRow:
        """The row at a place."""
        if self._last is None or self._last[0] != place:
            self._file.seek(place)
            (size,) = _SIZE.unpack(self._file.read(_SIZE.size))
            self._last = place, AuditedRow.unpack(self._file.read(size))
        return self._last[1]


class PickedRows(Sequence[T]):
    """One member of each row, in an order; each time it is asked for it is read from the file."""

    def __init__(self, rows: RowFile, places: Iterable[int], pick: Callable[[AuditedRow], T]) -> None:
        self._rows, self._places, self._pick = rows, array("Q", places), pick

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        if isinstance(at, slice):
            return [self._pick(self._rows.read(place)) for place in self._places[at]]
        return self._pick(self._rows.read(self._places[at]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


class PickedById(Mapping[str, T]):
    """One member of each row, by the id of its decision."""

    def __init__(self, rows: RowFile, places: Mapping[str, int], pick: Callable[[AuditedRow], T]) -> None:
        self._rows, self._places, self._pick = rows, places, pick

    def __getitem__(self, decision_id: str) -> T:
        return self._pick(self._rows.read(self._places[decision_id]))

    def __iter__(self) -> Any:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
