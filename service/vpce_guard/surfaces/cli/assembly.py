"""CDK's cloud assemblies: which stacks they have, and what each is for. Source: aws-cdk-lib, cloud-assembly-schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from vpce_guard.model import Json

MANIFEST = "manifest.json"


class AssemblyStack(NamedTuple):
    """A stack of an assembly: its template, and what is known of its parameters, Region and account among them."""

    file: Path
    parameters: Json
    environment: Json


def is_manifest(value: Any) -> bool:
    """Whether a document is the manifest of a cloud assembly."""
    return isinstance(value, dict) and isinstance(value.get("artifacts"), dict)


def parts_of(manifest: Json, directory: Path) -> Iterator[AssemblyStack | Path]:
    """The stacks of an assembly, each with its own Region and account, and the templates they nest.

    A stage of the app is an assembly of its own: its folder stands in its place.
    """
    environments = []
    for name, artifact in manifest["artifacts"].items():
        kind, properties = artifact.get("type"), _properties(artifact)
        if kind == "cdk:cloud-assembly":
            yield directory / str(properties.get("directoryName"))
        elif kind == "aws:cloudformation:stack":
            environment = _environment(str(artifact.get("environment")))
            environments.append(environment)
            called = {"AWS::StackName": str(properties.get("stackName") or artifact.get("displayName") or name)}
            own = properties.get("parameters")
            parameters = {**called, **(own if isinstance(own, dict) else {})}
            yield AssemblyStack(directory / str(properties.get("templateFile")), parameters, environment)
    shared = environments[0] if environments and all(e == environments[0] for e in environments) else {}
    for path in sorted(directory.glob("*.nested.template.json")):
        yield AssemblyStack(path, {}, shared)


def _properties(artifact: Json) -> Json:
    found = artifact.get("properties")
    return found if isinstance(found, dict) else {}


def _environment(text: str) -> Json:
    """Account and Region of aws://account/region, where they are known."""
    account, _, region = text.removeprefix("aws://").partition("/")
    found = {"AWS::AccountId": account, "AWS::Region": region}
    return {name: value for name, value in found.items() if value and not value.startswith("unknown")}
