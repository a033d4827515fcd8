"""What a real API server does while the service behind the webhook is down, slow, or does not know who asks."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.api_server import Reply
from tests.support.cluster import Cluster, endpoint
from tests.support.servers import free_port
from tests.support.waiting import until

FAILED = 'failed calling webhook "endpoints.vpce-guard.example"'
ONLY_THERE: Any = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "elsewhere"}}}


@contextmanager
def registered(cluster: Cluster, url: str, **changes: Any) -> Iterator[None]:
    """A second webhook, asked about one namespace only, once it is asked."""
    item = cluster.configuration(url, name="second", **ONLY_THERE, **changes)
    assert cluster.api.create(item).status == 201
    until(lambda: FAILED in create(cluster).reason)
    try:
        yield
    finally:
        assert cluster.api.delete(item).status == 200
        until(lambda: create(cluster).status == 201)


def create(cluster: Cluster) -> Reply:
    return cluster.api.create(endpoint("one", namespace="elsewhere"), query="?dryRun=All")


def test_while_the_service_is_down_nothing_is_let_through(cluster: Cluster) -> None:
    with registered(cluster, f"https://127.0.0.1:{free_port()}/v1/admission"):
        reply = create(cluster)
    assert reply.status == 500
    assert "connection refused" in reply.reason


def test_while_the_service_is_slow_nothing_is_let_through(cluster: Cluster) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and says nothing
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/v1/admission"
        with registered(cluster, url, timeoutSeconds=1):
            reply = create(cluster)
    assert reply.status == 500
    assert "context deadline exceeded" in reply.reason


def test_a_listener_that_wants_a_key_lets_nothing_through(cluster: Cluster) -> None:
    with registered(cluster, f"https://127.0.0.1:{cluster.service.port}/v1/admission"):
        reply = create(cluster)
    assert reply.status == 500
    assert FAILED in reply.reason


def test_a_certificate_of_another_ca_lets_nothing_through(cluster: Cluster) -> None:
    url = f"https://127.0.0.1:{cluster.door}/v1/admission"
    other = base64.b64encode((cluster.api.folder / "apiserver.crt").read_bytes()).decode()
    with registered(cluster, url, clientConfig={"url": url, "caBundle": other}):
        reply = create(cluster)
    assert "certificate signed by unknown authority" in reply.reason
