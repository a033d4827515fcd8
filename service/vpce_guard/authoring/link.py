"""A link in an own source to the built-in rules of what is installed, by which opa and editors find them.

Nothing here follows it: builds take the built-in rules from where they are.
"""

from __future__ import annotations

from pathlib import Path

from vpce_guard.bundle.rules import BUILT_IN
from vpce_guard.bundle.source_folders import built_in_folder
from vpce_guard.errors import SettingsError


def link_built_in(folder: Path) -> Path:
    """Make the link `vpce` in the folder of an own source, or make it anew; its path. Raises SettingsError."""
    link, target = folder / BUILT_IN, (built_in_folder() / BUILT_IN).resolve()
    try:
        if link.is_symlink():
            link.unlink()
        link.symlink_to(target, target_is_directory=True)
    except OSError as error:
        raise SettingsError(
            f"{link} cannot be made a link to {target}: {error.strerror}.",
            advice="It is for opa and editors alone; vpce-guard works without it.",
        ) from None
    return link
