"""What an audit found of each endpoint, in a file of its own that is gone with the audit, and read back one by one.

So memory does not grow with the decisions. Few stay in memory: the file is made once there is too much for that.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import NamedTuple, TypeVar, overload

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


class PlacesById:
    """The places of rows by the hashes of the ids of their decisions: 16 bytes for each, where ids take ten times that.

    `hashes` are those of the rows at `places`. Of two ids with the same hash both places are found.
    """

    def __init__(self, hashes: Sequence[int], places: Sequence[int]) -> None:
        order = sorted(range(len(hashes)), key=hashes.__getitem__)
        self._hashes = array("q", (hashes[number] for number in order))
        self._places = array("Q", (places[number] for number in order))

    def find(self, decision_id: str) -> Sequence[int]:
        """The places at which the row of a decision can be."""
        wanted = hash(decision_id)
        return self._places[bisect_left(self._hashes, wanted) : bisect_right(self._hashes, wanted)]


class PickedById(Mapping[str, T]):
    """One member of each row, by the id of its decision; `order` are the places of all of them."""

    def __init__(self, rows: RowFile, order: Sequence[int], by_id: PlacesById, pick: Callable[[AuditedRow], T]) -> None:
        self._rows, self._order, self._by_id, self._pick = rows, order, by_id, pick

    def __getitem__(self, decision_id: str) -> T:
        for place in self._by_id.find(decision_id):
            row = self._rows.read(place)
            if row.decision.decision_id == decision_id:
                return self._pick(row)
        raise KeyError(decision_id)

    def __iter__(self) -> Iterator[str]:
        return (self._rows.read(place).decision.decision_id for place in self._order)

    def __len__(self) -> int:
        return len(self._order)
