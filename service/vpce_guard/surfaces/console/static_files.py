"""The files of the console: each at an address that changes with its content, and kept for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fastapi import APIRouter, Request, Response

from vpce_guard.surfaces.api.http.route import Route, require_scope
from vpce_guard.surfaces.console.paths import STATIC
from vpce_guard.surfaces.drawing.style import STYLE

router = APIRouter(route_class=Route, include_in_schema=False)
FOLDER = Path(__file__).parent / "static"
_FILES = {
    "console.css": "text/css; charset=utf-8",
    "console.js": "text/javascript; charset=utf-8",
    "editor.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "vendor/codemirror-6.min.js": "text/javascript; charset=utf-8",
    "vendor/htmx-4.0.1.min.js": "text/javascript; charset=utf-8",
}


def _address(name: str, content: bytes) -> str:
    stem, _, ending = Path(name).name.rpartition(".")
    return f"{STATIC}{stem}.{hashlib.sha256(content).hexdigest()[:16]}.{ending}"


CONTENTS = {name: (FOLDER / name).read_bytes() for name in _FILES}
CONTENTS["console.css"] = STYLE.encode() + CONTENTS["console.css"]
ADDRESSES = {name: _address(name, content) for name, content in CONTENTS.items()}
_BY_ADDRESS = {address: name for name, address in ADDRESSES.items()}


@require_scope("nothing", turn=False)
async def get_static_file(request: Request) -> Response:
    """One file."""
    name = _BY_ADDRESS[request.url.path]
    return Response(
        CONTENTS[name],
        headers={"content-type": _FILES[name], "cache-control": "public, max-age=31536000, immutable"},
    )


for _path in _BY_ADDRESS:
    router.add_api_route(_path, get_static_file, methods=["GET"])
