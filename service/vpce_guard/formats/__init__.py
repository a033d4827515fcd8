"""Input formats: what tells a document of one, and the module that reads it.

A new format is its module and one line here; everything else (command line, REST, fuzzing) asks FORMATS.
A module that reads is imported with the first document that it reads: a check of one plan needs one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats import aws_api, cloud_control, proposal
from vpce_guard.formats.assemble import assemble
from vpce_guard.formats.cloudformation import forms as cloudformation_forms
from vpce_guard.formats.document import NO_EXTRAS, Document, Extras
from vpce_guard.formats.kubernetes import forms as kubernetes_forms
from vpce_guard.formats.pulumi import forms as pulumi_forms
from vpce_guard.formats.terraform import forms as terraform_forms
from vpce_guard.model import Json, Proposal


@dataclass(frozen=True)
class Format:
    """A format: its name, whether a parsed document is surely of it, and the module whose read() reads one."""

    name: str
    detect: Callable[[Any], bool]
    module: str

    def read(self, document: Any, given: Extras) -> Document:
        """What a document of this format tells of endpoints. Raises MalformedError with the place."""
        found: Document = import_module(f"{__name__}.{self.module}").read(document, given)
        return found


_IN_ORDER = (  # in which they are asked whether a document is theirs
    Format("terraform_plan", terraform_forms.detect, "terraform.plan"),
    Format("pulumi_preview", pulumi_forms.detect, "pulumi.preview"),
    Format("admission_review", kubernetes_forms.detect, "kubernetes.documents"),
    Format("cloudformation", cloudformation_forms.detect, "cloudformation.template"),
    Format("cloud_control", cloud_control.detect, "cloud_control"),
    Format("proposal", proposal.detect, "proposal"),
    Format("aws_api", aws_api.detect, "aws_api"),
)
FORMATS = {one.name: one for one in _IN_ORDER}


def load_readers() -> None:
    """Import what reads every format, so that no request waits for it."""
    for one in FORMATS.values():
        import_module(f"{__name__}.{one.module}")


def read(
    document: Any,
    *,
    format_name: str = "auto",
    context: Json | None = None,
    labels: dict[str, str] | None = None,
    given: Extras = NO_EXTRAS,
    at: str | None = None,
) -> list[Proposal]:
    """The proposals in a parsed document; an empty list when it changes no endpoint.

    Raises MalformedError with JSON Pointers when the document is not of the format, or of no known one.
    """
    found = read_drafts(document, format_name=format_name, given=given)
    return proposals([found], context=context, labels=labels, at=at)


def read_drafts(document: Any, *, format_name: str = "auto", given: Extras = NO_EXTRAS) -> Document:
    """What a parsed document tells of endpoints, before they are put beside each other. Raises MalformedError."""
    one = FORMATS.get(format_name) if format_name != "auto" else detect(document)
    if one is None:
        if format_name == "auto":
            kubernetes_forms.refuse(document)
        raise MalformedError(
            f"Unknown format {format_name!r}."
            if format_name != "auto"
            else "The format of the document was not recognised.",
            advice=f"The formats are auto, {', '.join(FORMATS)}; name one with `format`.",
            pointers=(Pointer(pointer="/format", code="unknown_format", detail="unknown format"),),
        )
    try:
        return one.read(document, given)
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:  # a place no reader looks at
        raise _syntax_error(one.name, error) from error


def proposals(
    documents: Sequence[Document],
    *,
    context: Json | None = None,
    labels: dict[str, str] | None = None,
    at: str | None = None,
) -> list[Proposal]:
    """The proposals of documents whose endpoints see each other, at the time `at` says, as assemble() takes it.

    Raises MalformedError for a value of a wrong type.
    """
    drafts = [draft for document in documents for draft in document.drafts]
    neighbours = [neighbour for document in documents for neighbour in document.neighbours]
    try:
        return assemble(drafts, context=context or {}, labels=labels or {}, neighbours=neighbours, at=at)
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise _syntax_error("document", error) from error


def detect(document: Any) -> Format | None:
    """The format a parsed document looks like; None if like none."""
    return next((one for one in FORMATS.values() if one.detect(document)), None)


def _syntax_error(what: str, error: Exception) -> MalformedError:
    return MalformedError(
        f"The document is not a well-formed {what}: {type(error).__name__}: {error}.",
        advice="Send the output of the tool unchanged.",
    )
