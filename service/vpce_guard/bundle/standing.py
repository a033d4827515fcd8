"""Whether a bundle stands on the built-in rules that are installed: after an upgrade not, until it is built again."""

from __future__ import annotations

from functools import lru_cache

from pydantic_core import from_json

from vpce_guard import __version__
from vpce_guard.bundle.bundle import PACKAGED, BuiltIn, Bundle


def installed_rules() -> BuiltIn:
    """The built-in rules that are installed."""
    return BuiltIn(version=__version__, revision=_installed_revision())


def why_outdated(bundle: Bundle) -> str | None:
    """Why a bundle does not decide as the installed version would; None where it stands on its built-in rules.

    A bundle of a version that did not write down what it stands on, or without own rules, is one of built-in rules.
    """
    installed, beneath = installed_rules(), bundle.catalogue.built_in
    if (beneath.revision if beneath else bundle.revision) == installed.revision:
        return None
    on = f"those of {beneath.version} ({beneath.revision[:12]})" if beneath else bundle.revision[:12]
    return (
        f"The bundle stands on other built-in rules, {on}, than are installed, those of {installed.version} "
        f"({installed.revision[:12]}). `policy diff` shows what differs; `policy build` builds it anew."
    )


@lru_cache(maxsize=1)
def _installed_revision() -> str:
    return str(from_json((PACKAGED / "catalogue.json").read_bytes())["revision"])
