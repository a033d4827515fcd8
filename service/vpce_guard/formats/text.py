"""Bytes to JSON values, with an error that says where. The only place documents are parsed."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from pydantic_core import from_json, to_json
from yaml import MappingNode, Node

from vpce_guard.errors import MalformedError, TooLargeError, UnreadableError
from vpce_guard.formats import yaml_text
from vpce_guard.formats.json_members import find_repeated
from vpce_guard.formats.terraform.forms import cut_log, is_plan_text, recognise_text
from vpce_guard.model import Edit, Json

_ENDPOINT = "AWS::EC2::VPCEndpoint"
_MOST_WITH_LINES = 8 << 20
_UTF16_JSON = {b"{\0": "utf-16-le", b"[\0": "utf-16-le", b"\0{": "utf-16-be", b"\0[": "utf-16-be"}  # without a mark


class Text:
    """A document as it was written: its JSON value and, on demand, the line of each part of it."""

    def __init__(self, value: Any, *, file: str, data: bytes, warnings: Sequence[str] = ()) -> None:
        """`warnings` say in words what was read though it is doubtful."""
        self.value = value
        self.warnings = tuple(warnings)
        self.file = file
        self._data = data

    def line(self, pointer: str) -> int | None:
        """The line, from 1, of what a JSON Pointer names or of the nearest thing around it; None if nobody can tell."""
        if self._root is None:
            return None
        return yaml_text.line(self._root, pointer)

    def edit(self, operation: Json, pointer: str) -> Edit | None:
        """The edit that carries out one operation of a JSON Patch at a pointer; None where none surely does."""
        if self._root is None:
            return None
        from jsonpatch import JsonPatchException, apply_patch
        from jsonpointer import JsonPointerException

        from vpce_guard.formats.text_edits import apply, find_edit

        text = self._data.decode("utf-8-sig")
        edit = find_edit(self._root, text.splitlines(), self.file, operation, pointer)
        if edit is None:
            return None
        try:  # the proof: the text, edited and read again, is the value, patched
            after = read_text(apply(text, edit).encode(), file=self.file, limit=sys.maxsize, yaml_limit=sys.maxsize)
            patched = apply_patch(self.value, [{**operation, "path": pointer}])
        except (UnreadableError, JsonPatchException, JsonPointerException):
            return None
        return edit if after.value == patched else None

    @cached_property
    def _root(self) -> Node | None:
        if not 0 < len(self._data) <= _MOST_WITH_LINES:
            return None
        try:
            nodes = yaml_text.compose(self._data.decode("utf-8-sig"))
        except ValueError:  # JSON that is no YAML, for instance with escaped surrogates
            return None
        return nodes[0] if len(nodes) == 1 else yaml_text.sequence(nodes)


def read_text(data: bytes, *, file: str, limit: int, yaml_limit: int) -> Text:
    """The document in `data`, JSON of at most `limit` or YAML of at most `yaml_limit` bytes.

    Several YAML documents in one file are a list. Text in UTF-16 with its mark (PowerShell's `>` writes so) is read,
    and what wrappers of Terraform print around its output is left out. Raises TooLargeError, or UnreadableError with
    the line.
    """
    data = _without_wrapping(_as_utf8(data, file))
    data = data if _is_json(data) else cut_log(data) or data
    if not data.strip() or _is_json(data):
        plan = _plan(data) if len(data) <= limit else None
        if plan is not None:
            return Text(plan, file=file, data=b"")  # nobody looks for lines in it
        try:
            return Text(parse(data, limit=limit, what=file), file=file, data=data)
        except UnreadableError:
            if (alone := cut_log(data)) is None or alone == data:
                raise
            return Text(parse(alone, limit=limit, what=file), file=file, data=b"")
    if is_plan_text(data):
        _refuse_terraform(data, file)
    if len(data) > yaml_limit:
        raise TooLargeError(
            f"{file} has {len(data)} bytes; the limit for YAML is {yaml_limit}.",
            advice="Send it as JSON or raise VPCE_GUARD_MAX_YAML.",
        )
    warnings: list[str] = []
    try:
        return Text(_yaml(data, file, warnings), file=file, data=data, warnings=warnings)
    except UnreadableError:
        _refuse_terraform(data, file)
        raise


def _as_utf8(data: bytes, file: str) -> bytes:
    if data.startswith(b"\x1f\x8b"):
        raise UnreadableError(f"{file} is compressed with gzip.", advice="Unpack it first.")
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if marked else _UTF16_JSON.get(data[:2])
    if encoding is None:
        return data
    try:
        return data.decode(encoding).encode()
    except UnicodeDecodeError as error:
        advice = "Send UTF-8 encoded JSON or YAML."
        raise UnreadableError(f"{file} is not UTF-16, as it begins: {error.reason}.", advice=advice) from None


def _without_wrapping(data: bytes) -> bytes:
    """The JSON that setup-terraform's wrapper prints between its command and what it sets as outputs."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.lstrip().startswith(b"[command]"):
        return data
    lines = data.lstrip().splitlines(keepends=True)[1:]
    return b"".join(line for line in lines if not line.startswith(b"::"))


def _is_json(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


def _refuse_terraform(data: bytes, file: str) -> None:
    """Raises UnreadableError for what is of Terraform and no plan."""
    if (form := recognise_text(data)) is not None:
        raise UnreadableError(f"{file} is {form.what}.", advice=form.advice)


def _plan(data: bytes) -> Any:
    """A Terraform plan, without what nobody asks about; None for anything else."""
    if b'"resource_changes"' not in data:
        return None
    from vpce_guard.formats.terraform.slim import slim

    return slim(data)


def parse(data: bytes, *, limit: int, what: str = "The document") -> Any:
    """The JSON value in `data`, of at most `limit` bytes.

    Raises TooLargeError, UnreadableError with the line and column, or MalformedError for nesting deeper than 200
    levels, which the parser gives up at (no AWS or Terraform document comes near that), and for a number too large.
    """
    if len(data) > limit:
        raise TooLargeError(
            f"{what} has {len(data)} bytes; the limit is {limit}.",
            advice="Send fewer endpoints at once or raise VPCE_GUARD_MAX_BODY.",
        )
    if not data.strip():
        raise UnreadableError(f"{what} is empty.", advice="Send a JSON document.")
    try:
        value = from_json(data.removeprefix(b"\xef\xbb\xbf"), allow_inf_nan=False)
    except ValueError as error:
        if "recursion limit" in str(error):
            raise MalformedError(f"{what} is nested too deeply.", advice="Send at most 200 levels.") from None
        _refuse_terraform(data, what)
        if str(error).startswith("trailing characters"):
            raise UnreadableError(
                f"{what} holds something after its JSON, maybe several documents: {error}.",
                advice="Send each document in a file of its own; `terragrunt run-all show -json` prints one plan after "
                "the other.",
            ) from None
        raise UnreadableError(
            f"{what} is not JSON: {error}.",
            advice="Send UTF-8 encoded JSON; for Terraform that is the output of `terraform show -json PLAN`.",
        ) from None
    try:
        compact = json_text(value)
    except ValueError:
        raise MalformedError(f"{what} holds a number that is too large.", advice="Send at most 1e308.") from None
    within = _ENDPOINT if _is_template(value) else None
    if (name := find_repeated(data, compact, within=within)) is not None:
        raise MalformedError(
            f"{what} has the member {name[:80]!r} twice in one object, and readers differ in which of the two counts.",
            advice="Leave one of them out.",
        )
    return value


def _is_template(value: Any) -> bool:
    """Whether CloudFormation reads the document, which takes the last of two members; not so in an endpoint."""
    return isinstance(value, dict) and "Resources" in value and "operation" not in value


def json_text(value: Any) -> bytes:
    """The JSON text of a value. Raises ValueError where it has a number that JSON has no word for.

    The parser makes infinity of 1e999; an engine that is given that word sees no input, and so nothing wrong with it.
    """
    text = to_json(value)
    if b"Infinity" in text or b"NaN" in text:  # which a text may say too
        from_json(text, allow_inf_nan=False)
    return text


def _value(node: Node, warnings: list[str]) -> Any:
    """The value of a node. CloudFormation takes the last of two keys, so a template has that, but in its endpoints."""
    try:
        return yaml_text.value(node)
    except yaml_text.YamlError as error:
        twice: dict[str, int] = {}
        value = yaml_text.value(node, twice=twice)
        if not _is_template(value) or any(_is_vital(node, pointer) for pointer in twice):
            raise error from None
        warnings += [f"line {at}: {pointer} is given twice; the last one counts" for pointer, at in twice.items()]
        return value


def _is_vital(root: Node, pointer: str) -> bool:
    """Whether a key that is given twice decides what an endpoint is."""
    section, _, rest = pointer[1:].partition("/")
    if section != "Resources" or not rest:
        return section in ("Resources", "Transform")
    name = rest.partition("/")[0].replace("~1", "/").replace("~0", "~")
    resources = [value for key, value in root.value if key.value == "Resources"]
    bodies = [value for part in resources for key, value in part.value if key.value == name]
    kinds = [v.value for body in bodies if isinstance(body, MappingNode) for k, v in body.value if k.value == "Type"]
    return "AWS::EC2::VPCEndpoint" in kinds or not kinds


def _yaml(data: bytes, file: str, warnings: list[str]) -> Any:
    advice = "Send UTF-8 encoded JSON or YAML."
    try:
        nodes = yaml_text.compose(data.decode("utf-8-sig"))
        values = [_value(node, warnings) for node in nodes]
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{file} is not UTF-8: {error.reason} at byte {error.start}.", advice=advice) from None
    except yaml_text.YamlError as error:
        where = f"{file}:{error.line}" if error.line else file
        what = f"{error.pointer} {error.problem}" if error.pointer else f"it is not YAML: {error.problem}"
        raise UnreadableError(f"{where}: {what}.", advice=advice) from None
    if values and all(isinstance(value, str) for value in values):
        raise UnreadableError(f"{file} is neither JSON nor YAML.", advice=advice)
    if not values:
        raise UnreadableError(f"{file} is empty.", advice=advice)
    return values[0] if len(values) == 1 else values
