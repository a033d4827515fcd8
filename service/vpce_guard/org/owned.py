"""Layers and waivers in files of their own, each with an owner who changes that file and nothing else.

The document that names such a file says what the file may hold: the sections of one layer, whose place it keeps to
itself, or waivers within bounds. What the file holds beyond that is an error. After joining, the document is as if all
of it stood in one file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from vpce_guard.model import Json
from vpce_guard.org.read import FileLine, Places, error_at, line_of, read_file
from vpce_guard.org.shape import OWN_FILE_SECTIONS, WaiverFile

_Wrong = tuple[str, str]  # JSON Pointer into the joined document, message


def find_own_files(document: Json) -> Iterator[str]:
    """Pointers of what names a file of its own."""
    layers = document.get("layers")
    for i, layer in enumerate(layers if isinstance(layers, list) else ()):
        if isinstance(layer, dict) and isinstance(layer.get("file"), str):
            yield f"/layers/{i}/file"
    files = document.get("waiver_files")
    yield from (f"/waiver_files/{i}/file" for i, _ in enumerate(files if isinstance(files, list) else ()))


def join_owned(document: Json, places: Places) -> tuple[Path, ...]:
    """Put the content of the files that a document names in its place; the files, in the order they are named.

    `places` is where each value of the document stands, and gets those of the files. What is not of its shape is left
    for whoever checks that. Raises SettingsError for a file that cannot be read, or holds what is not its owner's.
    """
    read: dict[Path, str] = {}
    wrong: list[_Wrong] = []
    for pointer in [*find_own_files(document)]:
        _, section, number, _ = pointer.split("/")
        entry = document[section][int(number)]
        if section == "waiver_files" and not _is_of_its_shape(entry):
            continue
        path = _path(entry["file"], pointer, places)
        if path in read:
            raise error_at([(line_of(pointer, places), pointer, f"is the file of {read[path]} already")])
        read[path] = pointer
        content, lines = read_file(path)
        if section == "layers":
            wrong += _join_layer(entry, content, f"/layers/{number}", lines, places)
        else:
            wrong += _join_waivers(document, WaiverFile.model_validate(entry), content, lines, places)
    if wrong:
        raise error_at((line_of(pointer, places), pointer, message) for pointer, message in wrong)
    if all(_is_of_its_shape(entry) for entry in document.get("waiver_files") or ()):
        document.pop("waiver_files", None)
    return tuple(read)


def _is_of_its_shape(entry: object) -> bool:
    try:
        WaiverFile.model_validate(entry)
    except ValidationError:
        return False
    return True


def _path(file: str, pointer: str, places: Places) -> Path:
    """The path of a file, which lies in the folder of the one that names it, or below."""
    place = line_of(pointer, places)
    named = PurePosixPath(file)
    if named.is_absolute() or ".." in named.parts or not named.parts:
        raise error_at([(place, pointer, f"must be a path below the folder of {place.path.name}")])
    return place.path.parent / named


def _join_layer(layer: Json, content: Json, at: str, lines: Mapping[str, FileLine], places: Places) -> Iterator[_Wrong]:
    places |= {f"{at}{pointer}": line for pointer, line in lines.items() if pointer}
    owner = layer.get("owner")
    if not owner:
        yield f"{at}/file", "is a file without an `owner`"
    for name in content:
        if name not in OWN_FILE_SECTIONS:
            yield f"{at}/{name}", f"may not be set in the file of {owner}: it holds the sections of its layer only"
        elif name in layer:
            yield f"{at}/{name}", f"is set where the file of {owner} is named already"
    layer |= content
    del layer["file"]


def _join_waivers(
    document: Json, bounds: WaiverFile, content: Json, lines: Mapping[str, FileLine], places: Places
) -> Iterator[_Wrong]:
    begin = len(document.setdefault("waivers", []))
    places.setdefault("/waivers", lines[""])
    for pointer, line in lines.items():
        parts = pointer.split("/")
        if parts[1:2] == ["waivers"] and len(parts) > 2:
            places["/".join(["", "waivers", str(begin + int(parts[2])), *parts[3:]])] = line
        elif parts[1:]:
            places.setdefault(pointer, line)
    for name in sorted(content.keys() - {"waivers"}):
        places[f"/{name}"] = lines[f"/{name}"]
        yield f"/{name}", f"may not be set in the file of {bounds.owner}: it holds `waivers` only"
    taken = {waiver.get("id") for waiver in document["waivers"] if isinstance(waiver, dict)}
    waivers = content.get("waivers") or []
    for number, waiver in enumerate(waivers if isinstance(waivers, list) else [], begin):
        if isinstance(waiver, dict):
            yield from _find_overreach(waiver, bounds, f"/waivers/{number}", taken)
            waiver.setdefault("owner", bounds.owner)
        document["waivers"].append(waiver)


def _find_overreach(waiver: Json, bounds: WaiverFile, at: str, taken: set[object]) -> Iterator[_Wrong]:
    """What of a waiver is not the owner's to say."""
    whose = f"the file of {bounds.owner}"
    if waiver.get("id") in taken:
        yield f"{at}/id", f"is the id of a waiver elsewhere, so {whose} may not use it"
    if waiver.get("owner", bounds.owner) != bounds.owner:
        yield f"{at}/owner", f"is not {bounds.owner}, whose file this is"
    if bounds.approvers is not None and waiver.get("approved_by") not in bounds.approvers:
        yield f"{at}/approved_by", f"must be {' or '.join(bounds.approvers)} in {whose}"
    if bounds.rules is not None and waiver.get("rule") not in bounds.rules:
        yield f"{at}/rule", f"may not be waived in {whose}: {', '.join(bounds.rules)} may"
    match = waiver.get("match")
    for member, allowed in (("account", bounds.accounts), ("environment", bounds.environments)):
        said = match.get(member) if isinstance(match, dict) else None
        values = said if isinstance(said, list) else [said]
        if allowed is not None and not all(value in allowed for value in values):
            yield f"{at}/match/{member}", f"must be {' or '.join(allowed)} in {whose}, and be given"
