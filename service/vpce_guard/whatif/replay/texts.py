"""The Rego of a bundle by package, as far as it decides: without comments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from vpce_guard.bundle.archive import unpack
from vpce_guard.bundle.bundle import Bundle
from vpce_guard.errors import BundleError

_MOST_FILES = 10_000
_PLAIN = re.compile(r'\$?"(?:[^"\\\n]|\\.)*"|\$?`[^`]*`|#.*')  # strings and comments


def files(bundle: Bundle) -> Mapping[str, bytes]:
    """The files of a bundle's Rego archive by name. Raises BundleError where there are none."""
    try:
        return unpack(bundle.files["vpce.tar.gz"], members=_MOST_FILES)
    except KeyError:
        raise BundleError("The bundle holds no Rego.") from None


def packages(bundle: Bundle) -> Mapping[str, str]:
    """The text of each package. METADATA are comments: the catalogue has them."""
    found: dict[str, str] = {}
    for name, content in sorted(files(bundle).items()):
        if name.endswith(".rego"):
            text = _PLAIN.sub(lambda part: "" if part[0].startswith("#") else part[0], content.decode())
            found[package(name)] = found.get(package(name), "") + text + "\n"
    return found


def package(name: str) -> str:
    """The package of a file, which is its folder."""
    return ".".join(PurePosixPath(name.lstrip("/")).parent.parts)


def code_only(text: str) -> str:
    """Rego without comments and strings but for what is code in them: the insertions of template strings."""
    return _PLAIN.sub(_inserted, text)


def _inserted(part: re.Match[str]) -> str:
    return " ".join(re.findall(r"\{([^{}]*)\}", part[0])) if part[0].startswith("$") else " "
