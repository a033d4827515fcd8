"""openapi.yaml is complete: whoever adds a route describes it, or a test here fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from fastapi import APIRouter
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests.conftest import ROOT
from vpce_guard.surfaces.api.http.route import Route

DOCUMENT = yaml.safe_load((ROOT / "openapi.yaml").read_text())
OPERATIONS = {
    operation["operationId"]: (f"{method.upper()} {path}", operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}


def resolved(value: dict[str, Any]) -> dict[str, Any]:
    """What a reference stands for."""
    found: Any = DOCUMENT
    for part in value["$ref"].split("/")[1:] if "$ref" in value else ():
        found = found[part]
    return value if "$ref" not in value else found


def contents() -> Iterator[Any]:
    """Everything that has a schema and examples, by the place it is in."""
    for name, (_, operation) in OPERATIONS.items():
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            yield pytest.param(media, content, id=f"{name}-body")
        for code, response in operation["responses"].items():
            for media, content in resolved(response).get("content", {}).items():
                yield pytest.param(media, content, id=f"{name}-{code}")


def test_it_is_what_is_served(client: TestClient) -> None:
    assert json.loads(client.get("/openapi.json").text) == DOCUMENT, "run `make openapi`"


def test_it_is_openapi() -> None:
    validate(DOCUMENT)


def test_every_route_is_in_it(client: TestClient) -> None:
    routes = [route for route in client.app.routes if route.include_in_schema]  # type: ignore[attr-defined]
    served = {(route.path, method.lower()) for route in routes for method in route.methods}
    assert served == {(path, method) for path, item in DOCUMENT["paths"].items() for method in item}


@pytest.mark.parametrize("name", OPERATIONS)
class TestEachOperation:
    def test_it_is_described(self, name: str) -> None:
        _, operation = OPERATIONS[name]
        assert operation["summary"]
        assert operation["description"]
        assert len(operation["tags"]) == 1
        assert operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}

    def test_each_parameter_is_described(self, name: str) -> None:
        _, operation = OPERATIONS[name]
        assert [p["name"] for p in operation.get("parameters", []) if not p.get("description")] == []
        bounded = ("maxLength", "maximum", "enum", "boolean")
        loose = [p["name"] for p in operation.get("parameters", []) if not any(b in json.dumps(p) for b in bounded)]
        assert loose == []

    def test_it_says_who_may_ask(self, name: str) -> None:
        _, operation = OPERATIONS[name]
        assert operation["security"]
        for alternative in operation["security"]:
            assert set(alternative) <= set(DOCUMENT["components"]["securitySchemes"])

    def test_its_problems_are_those_of_its_kind(self, name: str) -> None:
        _, operation = OPERATIONS[name]
        codes = set(operation["responses"])
        assert codes >= {"400", "401", "431", "500"}
        assert codes & {"200", "201", "202", "204"}
        if "requestBody" in operation:
            assert codes >= {"408", "413", "415", "422", "429"}
        if operation.get("parameters"):
            assert "422" in codes
        if "{" in OPERATIONS[name][0]:
            assert "404" in codes

    def test_problems_are_problems_only(self, name: str) -> None:
        _, operation = OPERATIONS[name]
        for code, response in operation["responses"].items():
            if code >= "400":
                assert list(resolved(response)["content"]) == ["application/problem+json"]

    def test_a_post_has_a_body_with_examples(self, name: str) -> None:
        where, operation = OPERATIONS[name]
        if where.startswith(("POST", "PUT", "PATCH")):
            body = operation["requestBody"]
            assert body["required"] is True
            for content in body["content"].values():
                assert content["schema"]
                assert all(example["summary"] for example in content["examples"].values())
                assert content["examples"]


@pytest.mark.parametrize(("media", "content"), list(contents()))
def test_examples_are_of_their_schema(media: str, content: dict[str, Any]) -> None:
    examples = [e["value"] for e in content["examples"].values()] if "examples" in content else [content["example"]]
    assert examples
    if "json" in media:
        schema = {**content["schema"], "components": DOCUMENT["components"]}
        for example in examples:
            Draft202012Validator(schema).validate(example)


def test_every_format_has_an_example() -> None:
    body = DOCUMENT["paths"]["/v1/decisions"]["post"]["requestBody"]["content"]["application/json"]
    formats = DOCUMENT["components"]["schemas"]["DecisionRequest"]["properties"]["format"]["enum"]
    assert set(formats) - {"auto"} <= set(body["examples"])


# Some need a signature, the others the log that this service does not keep.
_NOT_HERE = ("/v1/run-task", "/v1/portal-action", "/status", "/v1/bundles", "/v1/replays")


def test_the_examples_that_are_sent_are_answered(client: TestClient) -> None:
    for path, item in DOCUMENT["paths"].items():
        if "post" in item and path not in _NOT_HERE and "{" not in path:
            for name, example in item["post"]["requestBody"]["content"]["application/json"]["examples"].items():
                answer = client.post(path, json=example["value"])
                assert (path, name, answer.status_code) == (path, name, 200)


def test_a_route_that_declares_no_scope_cannot_be_made() -> None:
    router = APIRouter(route_class=Route)
    with pytest.raises(AttributeError, match="needs"):

        @router.get("/open")
        async def endpoint() -> None: ...
