"""What is sent and answered about bundles, by example: in openapi.yaml, checked against its schemas by a test."""

from __future__ import annotations

from typing import Any

REVISION = "6df990f459a4e8e0d50f77aab5480c86fce77756a1573c2613471db42c88f1ff"
ARCHIVE = "the bytes of an archive"
ARCHIVES: dict[str, tuple[str, Any]] = {"signed": ("What `vpce-guard policy sign` made", ARCHIVE)}
ACTIVATIONS: dict[str, tuple[str, Any]] = {
    "newer": ("A newer bundle", {"reason": "CHG-1024: endpoints of the new Region"}),
    "older": ("Back to an older one", {"reason": "CHG-1024 denies too much", "rollback": True}),
}
BESIDES: dict[str, tuple[str, Any]] = {"beside": ("A candidate", {"reason": "CHG-1024, before it is put in force"})}
STATUSES: dict[str, tuple[str, Any]] = {
    "running": (
        "An OPA that runs the newest bundle",
        {"labels": {"id": "opa-1"}, "bundles": {"vpce": {"active_revision": REVISION}}},
    )
}
STEP: dict[str, Any] = {
    "number": 2,
    "timestamp": "2026-06-01T12:00:00.000Z",
    "step": "activated",
    "revision": REVISION,
    "by": "platform",
    "reason": "CHG-1024: endpoints of the new Region",
}
SHADOWED: dict[str, Any] = {**STEP, "step": "shadowed"}
DROPPED: dict[str, Any] = {**STEP, "step": "dropped"}
_STORED: dict[str, Any] = {
    "revision": REVISION,
    "version": 7,
    "key_id": "release-2026",
    "added": "2026-06-01T11:00:00.000Z",
    "added_by": "platform",
}
UPLOADED: dict[str, Any] = {**_STORED, "examples": 412}
STATE: dict[str, Any] = {
    "in_force": REVISION,
    "version": 7,
    "activation": STEP,
    "error": None,
    "bundles": [_STORED],
    "steps": [STEP],
    "sidecars": [
        {"id": "opa-1", "revision": REVISION, "seen": "2026-06-01T12:00:02.000Z", "error": None, "current": True}
    ],
}
SHADOW: dict[str, Any] = {"step": SHADOWED, "judged": 1000, "skipped": 0, "failed": 0, "tally": {"kinds": {}}}
