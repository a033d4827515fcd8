"""A filter that is misspelt finds nothing instead of everything: a parameter that a route has not is refused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.api.admission_door import make_admission_app
from vpce_guard.surfaces.api.http.route import Route

KEY = "k" * 32
APP = make_app(make_guard(Settings(run_task_key=KEY, portal_client_id="id", portal_client_secret=KEY)))
ROUTES = [(method, route) for route in APP.routes if isinstance(route, Route) for method in sorted(route.methods or ())]
SIGNED = {"X-TFC-Task-Signature": "0" * 128, "X-Port-Signature": f"v1,{'A' * 43}="}
REVIEW = {"kind": "AdmissionReview", "request": {"uid": "u", "operation": "CREATE", "object": {"kind": "Pod"}}}


@pytest.fixture(scope="module")
def served() -> Iterator[TestClient]:
    with TestClient(APP, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(("method", "route"), ROUTES, ids=lambda one: getattr(one, "path", one))
def test_every_route_refuses_a_parameter_that_it_has_not(served: TestClient, method: str, route: Route) -> None:
    path = route.path.replace("{", "").replace("}", "")
    signed = {**SIGNED, "X-Port-Timestamp": str(int(time.time()))}  # which is old after some minutes
    answer = served.request(method, path, params={"alowed": "false"}, headers=signed)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("There is no query parameter 'alowed' here.")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/alowed"]


def test_what_there_is_instead_is_told_and_each_is_named_once(served: TestClient) -> None:
    answer = served.get("/v1/org-data?b/c=1&a=2&a=3&account=111122223333").json()
    assert answer["detail"] == "There is no query parameter 'a', 'b/c' here. There is account, environment."
    assert [error["pointer"] for error in answer["errors"]] == ["/a", "/b~1c"]


@pytest.mark.parametrize("make", [lambda app: app, make_admission_app])
def test_api_servers_add_how_long_they_wait(make: Any) -> None:
    app = make(make_app(make_guard(Settings())))
    with TestClient(app, base_url="http://localhost") as client:
        answer = client.post("/v1/admission?timeout=10s", json=REVIEW)
        assert answer.json()["response"] == {"uid": "u", "allowed": True}
        assert client.post("/v1/admission?timout=10s", json=REVIEW).status_code == 422
