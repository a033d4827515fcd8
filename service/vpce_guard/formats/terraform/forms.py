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
    rb'^[ \t]*(?:(?:resource|data|module|provider|variable|output|include|dependency|remote_state|generate)[ \t]+"'
    rb"|(?:terraform|locals|moved|import|removed)[ \t]*\{|inputs[ \t]*=)",
    re.MULTILINE,
)
_PLAN_TEXT = re.compile(
    rb"(?:Terraform|OpenTofu) (?:will perform the following|used the selected providers)|"
    rb"^[ \t]*# [\w.\[\]\"-]+ (?:will be|must be) |Plan: \d+ to (?:add|import)",
    re.MULTILINE,
)
_PLAN_BEGINS = re.compile(rb"^(?:Terraform|OpenTofu) (?:will perform the following|used the selected)", re.MULTILINE)
_JSON_LINE = re.compile(rb'^\{"format_version":', re.MULTILINE)


class Form(NamedTuple):
    """What a document is, and what to send instead."""

    what: str
    advice: str


def recognise_text(data: bytes) -> Form | None:
    """What a file that is no single JSON document is; None where it is nothing of Terraform."""
    if data.startswith(b"PK\x03\x04"):
        return Form("a zip archive, as a saved plan of Terraform is", "Send the output of `terraform show -json PLAN`.")
    if data.startswith(b'{"') and b'"@level"' in data[:2000]:
        return Form("the log that `terraform plan -json` prints, which does not hold what is planned", _PLAN)
    if len(_JSON_LINE.findall(data)) > 1:
        advice = "Send each plan in a file of its own, or give all of them at once: `vpce-guard check *.json`."
        return Form("several Terraform plans after each other", advice)
    if _PLAN_TEXT.search(data):
        return Form("the text that `terraform plan` prints for people", _PLAN)
    if _HCL.search(data):
        return Form("Terraform's source, whose values only a plan tells", f"{_PLAN} The source goes with --source DIR.")
    return None


def is_plan_text(data: bytes) -> bool:
    """Whether a text surely is what `terraform plan` prints, which may pass for YAML."""
    return _PLAN_BEGINS.search(data) is not None


def recognise(document: Any) -> Form | None:
    """What a parsed document is, where it is of Terraform and no plan."""
    if not isinstance(document, dict):
        return None
    if "@level" in document and "@message" in document:
        return Form("the log that `terraform plan -json` prints, which does not hold what is planned", _PLAN)
    if isinstance(document.get("version"), int) and "terraform_version" in document and "lineage" in document:
        return Form("a Terraform state file, which holds what is there and not what is planned", _PLAN)
    if _is_source(document):
        return Form("Terraform's source as JSON (CDK for Terraform writes it too)", _PLAN)
    if isinstance(document.get("format_version"), str) and not _may_be_plan(document):
        return Form("a Terraform state, not a plan", "Give `terraform show -json` the file of a plan.")
    return None


def cut_log(data: bytes) -> bytes:
    """A plan without the lines that a wrapper has printed before and after it; anything else as it is."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return data
    found = list(_JSON_LINE.finditer(data))
    if len(found) != 1:
        return data
    return data[found[0].start() :].partition(b"\n")[0]


def _is_source(document: Json) -> bool:
    blocks = {name for name in ("resource", "data", "module") if isinstance(document.get(name), dict | list)}
    return bool(blocks) and document.keys() <= _SOURCE_BLOCKS


def _may_be_plan(document: Json) -> bool:
    """Whether anything says that it is a plan; a state has `values`, or nothing."""
    names = {"planned_values", "resource_changes", "configuration", "applyable", "errored", "prior_state"}
    return bool(document.keys() & names)
