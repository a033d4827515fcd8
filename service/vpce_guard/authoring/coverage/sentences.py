"""Which rules cover which sentence of the source documents: rego/coverage.yaml, checked against the examples."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vpce_guard.bundle import derived
from vpce_guard.bundle.bundle import Sentence
from vpce_guard.errors import BundleError, SourceError


def read(source: Path, examples: Mapping[str, Any]) -> list[Sentence]:
    """The sentences of a rego folder in their order, given the examples of each rule by rule id.

    Raises BundleError for a sentence with neither rules nor a note, and for a rule that does not exist or that no
    example fires.
    """
    path = source / "coverage.yaml"
    try:
        sentences = [Sentence.model_validate(sentence) for sentence in derived.sentences(source)]
    except (SourceError, AttributeError, TypeError, ValidationError) as error:
        raise BundleError(f"{path} cannot be read: {error}") from None
    for sentence in sentences:
        where = f"{path}: {sentence.file}, {sentence.sentence}"
        if not sentence.rules and not sentence.note:
            raise BundleError(f"{where}: no rule covers it and no note says why.")
        for rule_id in sentence.rules:
            if rule_id not in examples:
                raise BundleError(f"{where}: there is no rule {rule_id}.")
            if not examples[rule_id].get("fail"):
                raise BundleError(f"{where}: no example fires {rule_id}.")
    return sentences
