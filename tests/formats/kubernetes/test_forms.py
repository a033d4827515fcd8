"""What objects of Kubernetes look like among which an endpoint may be."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats.kubernetes.forms import detect, only_names_endpoints, refuse

ENDPOINT = {"apiVersion": "ec2.services.k8s.aws/v1alpha1", "kind": "VPCEndpoint", "metadata": {"name": "s3"}}
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}


@pytest.mark.parametrize("document", [{"kind": "AdmissionReview"}, ENDPOINT, [POD, ENDPOINT]])
def test_reviews_and_manifests_with_an_endpoint_are_told(document: Any) -> None:
    assert detect(document)


@pytest.mark.parametrize("document", [POD, [POD], {}, {"kind": "VPCEndpoint"}])
def test_what_has_none_is_not(document: Any) -> None:
    assert not detect(document)


def test_objects_without_an_endpoint_are_refused_by_their_names() -> None:
    with pytest.raises(MalformedError, match="Pod"):
        refuse([POD])
    refuse([POD, ENDPOINT])
    refuse({"anything": "else"})


def test_objects_of_which_none_is_an_endpoint_name_one_at_most() -> None:
    assert only_names_endpoints([POD])
    assert not only_names_endpoints([POD, ENDPOINT])
    assert not only_names_endpoints({})
