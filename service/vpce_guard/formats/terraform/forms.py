"""What is of Terraform and no plan as JSON: said in words, with what to send instead. Never passed over in silence."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from vpce_guard.model import Json

_PLAN = "Run `terraform plan -out plan.bin && terraform show -json plan.bin` and send what that prints."
_SOURCE_BLOCKS = {
    "//", "terraform", "provider", "variable", "locals", "data", "resource", "module", "output", "moved", "import",
    "removed", "check", "ephemeral",
}  # fmt: skip
_HCL = re.compile(
    rb'^[ \t]*(?:(?:module|provider|variable|output|include|dependency|remote_state|generate|unit|stack)[ \t]+"'
    rb'|(?:resource|data)[ \t]+"?[\w-]+"?[ \t]+"?[\w-]+"?[ \t]*\{'
    rb"|(?:terraform|locals|moved|import|removed)[ \t]*\{|inputs[ \t]*=)",
    re.MULTILINE,
)
_PLAN_TEXT = re.compile(
    rb"(?:Terraform|OpenTofu) (?:will perform the following|used the selected providers)|"
    rb"^[ \t]*# [\w.\[\]\"-]+ (?:will be|must be) |Plan: \d+ to (?:add|import)",
    re.MULTILINE,
)
_PLAN_BEGINS = re.compile(rb"^(?:Terraform|OpenTofu) (?:will perform the following|used the selected)", re.MULTILINE)
_PLAN_JSON = re.compile(rb'(?<!"prior_state":)(?<!"prior_state": )\{\s*"format_version"\s*:')
_OTHER_JSON = re.compile(rb'^\s*[\[{]\s*["{]', re.MULTILINE)


class Form(NamedTuple):
    """What a document is, and what to send instead."""

    what: str
    advice: str


_LOG = Form("the log that `terraform plan -json` prints, which does not hold what is planned", _PLAN)
_APART = "Send each plan in a file of its own, or give all of them at once: `vpce-guard check *.json`."
_STATE = {"lineage", "resources", "modules"}


def recognise_text(data: bytes) -> Form | None:
    """What a file that is no single JSON document is; None where it is nothing of Terraform."""
    if data.startswith(b"PK\x03\x04"):
        return Form("a zip archive, as a saved plan of Terraform is", "Send the output of `terraform show -json PLAN`.")
    if data.startswith(b'{"') and b'"@level"' in data[:2000]:
        return _LOG
    if len(_PLAN_JSON.findall(data)) > 1:
        return Form("several Terraform plans after each other", _APART)
    if _PLAN_TEXT.search(data):
        return Form("the text that `terraform plan` prints for people", _PLAN)
    if _HCL.search(data):
        return Form("Terraform's source, whose values only a plan tells", f"{_PLAN} The source goes with --source DIR.")
    return None


def is_saved_plan(head: bytes) -> bool:
    """Whether a file that begins so is what `terraform plan -out` writes: a zip archive, the plan its first member."""
    return head.startswith(b"PK\x03\x04") and head[30:36] == b"tfplan"


def is_plan_text(data: bytes) -> bool:
    """Whether a text surely is what `terraform plan` prints, which may pass for YAML."""
    return _PLAN_BEGINS.search(data) is not None


def detect(document: Any) -> bool:
    """Whether the document looks like a plan, or like something of Terraform that read() refuses with advice."""
    if recognise(document) is not None:
        return True
    return (
        isinstance(document, dict) and "format_version" in document and not isinstance(document["format_version"], int)
    )


def recognise(document: Any) -> Form | None:
    """What a parsed document is, where it is of Terraform and no plan."""
    if isinstance(document, list):
        return _recognise_list(document)
    if not isinstance(document, dict):
        return None
    if _is_log(document):
        return _LOG
    if isinstance(document.get("version"), int) and "terraform_version" in document and _STATE & document.keys():
        return Form("a Terraform state file, which holds what is there and not what is planned", _PLAN)
    if plans := [name for name, value in document.items() if _is_plan(value)]:
        return Form(f"an object with a Terraform plan inside, as its member {plans[0]!r}", "Send the plan alone.")
    if _is_source(document):
        return Form("Terraform's source as JSON (CDK for Terraform writes it too)", _PLAN)
    if isinstance(document.get("format_version"), str) and not _may_be_plan(document):
        return Form("a Terraform state, not a plan", "Give `terraform show -json` the file of a plan.")
    return None


def cut_log(data: bytes) -> bytes | None:
    """The plan in a text, without what wrappers print before and after it; None where it is not alone, or not there."""
    found = list(_PLAN_JSON.finditer(data))
    if len(found) != 1:
        return None
    start = found[0].start()
    end = b"\n}" if data[start + 1 : start + 2] in (b"\n", b"\r") else b"\n"  # printed over many lines, or on one
    length = data[start:].find(end)
    after = len(data) if length < 0 else start + length + len(end)
    if _OTHER_JSON.search(data[:start]) or _OTHER_JSON.search(data[after:]):
        return None
    return data[start:after]


def _recognise_list(document: list[Any]) -> Form | None:
    if any(map(_is_log, document)):
        return _LOG
    return Form("a list of Terraform plans", _APART) if any(map(_is_plan, document)) else None


def _is_log(value: Any) -> bool:
    return isinstance(value, dict) and "@level" in value and "@message" in value


def _is_plan(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("format_version"), str) and _may_be_plan(value)


def _is_source(document: Json) -> bool:
    blocks = {name for name in ("resource", "data", "module") if isinstance(document.get(name), dict | list)}
    return bool(blocks) and document.keys() <= _SOURCE_BLOCKS


def _may_be_plan(document: Json) -> bool:
    """Whether anything says that it is a plan; a state has `values`, or nothing."""
    names = {"planned_values", "resource_changes", "configuration", "applyable", "errored", "prior_state"}
    return bool(document.keys() & names)
