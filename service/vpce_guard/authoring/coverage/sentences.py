"""Which rules cover which sentence of the source documents: rego/coverage.yaml, checked against the examples."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from vpce_guard.authoring.rego import yaml_files
from vpce_guard.bundle.bundle import Sentence
from vpce_guard.errors import BundleError


def read(path: Path, examples: Mapping[str, Any]) -> list[Sentence]:
    """The sentences in their order, given the examples of each rule by rule id; none where there is no such file.

    Raises BundleError for a sentence with neither rules nor a note, and for a rule that does not exist or that no
    example fires.
    """
    if not path.exists():
        return []
    try:
        content = yaml_files.parse(path.read_text())
        sentences = [Sentence(file=file, **entry) for file, entries in content.items() for entry in entries]
    except (OSError, yaml.YAMLError, AttributeError, TypeError, ValidationError) as error:
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
