"""What objects of Kubernetes look like among which an endpoint may be."""

from __future__ import annotations

from typing import Any

from vpce_guard.formats.kubernetes.objects import ENDPOINT, find_objects, mentions_endpoints, refuse_others


def detect(document: Any) -> bool:
    """Whether the document looks like a review, or like manifests among which is an endpoint or what completes one."""
    if isinstance(document, dict) and document.get("kind") == "AdmissionReview":
        return True
    return mentions_endpoints(document)


def refuse(document: Any) -> None:
    """Raises MalformedError for objects of Kubernetes among which is no endpoint that is read."""
    refuse_others(list(find_objects(document)))


def only_names_endpoints(document: Any) -> bool:
    """Whether a document is objects of which none is an endpoint, of whichever group: they name one at most."""
    objects = list(find_objects(document))
    return bool(objects) and not any(placed.kind.lower() == ENDPOINT.lower() for placed in objects)
