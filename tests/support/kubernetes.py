"""Objects of ACK and Crossplane as a cluster has them, and the parts of their CRDs that say which fields there are.

The schemas say what the API server keeps of an object: any other field is dropped before a webhook sees it. Sources:
aws-controllers-k8s/ec2-controller, apis/v1alpha1/vpc_endpoint.go; crossplane-contrib/provider-upjet-aws, the types of
apis/{cluster,namespaced}/ec2.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from vpce_guard.model import Json

ENDPOINT_ID = "vpce-0a1b2c3d4e5f60718"
VPC_ID = "vpc-0a1b2c3d4e5f60718"
SUBNETS = ("subnet-0a1b2c3d4e5f60701", "subnet-0a1b2c3d4e5f60702")

ACK: Json = {
    "apiVersion": "ec2.services.k8s.aws/v1alpha1",
    "kind": "VPCEndpoint",
    "metadata": {
        "name": "sqs",
        "namespace": "net",
        "labels": {"team": "payments"},
        "annotations": {"services.k8s.aws/region": "us-east-1"},
    },
    "spec": {
        "vpcEndpointType": "Interface",
        "vpcID": VPC_ID,
        "serviceName": "com.amazonaws.us-east-1.sqs",
        "subnetIDs": [SUBNETS[0]],
        "securityGroupRefs": [{"from": {"name": "group"}}],
        "privateDNSEnabled": True,
        "policyDocument": "{}",
        "dnsOptions": {"dnsRecordIPType": "ipv4"},
        "tags": [{"key": "owner", "value": "a"}],
    },
}
CROSSPLANE: Json = {
    "apiVersion": "ec2.aws.m.upbound.io/v1beta1",
    "kind": "VPCEndpoint",
    "metadata": {"name": "sqs", "namespace": "net"},
    "spec": {
        "initProvider": {"privateDnsEnabled": False},
        "forProvider": {
            "region": "us-east-1",
            "vpcEndpointType": "Interface",
            "vpcId": VPC_ID,
            "vpcIdRef": {"name": "main"},
            "serviceName": "com.amazonaws.us-east-1.sqs",
            "privateDnsEnabled": True,
            "policy": "{}",
            "dnsOptions": {"dnsRecordIpType": "ipv4"},
            "tags": {"owner": "a"},
        },
    },
}


def review(operation: str, new: Any = None, old: Any = None, **more: Any) -> Json:
    """An AdmissionReview."""
    request = {"uid": "u", "operation": operation, "object": new, "oldObject": old, **more}
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}


def crossplane(name: str = "sqs", *, kind: str = "VPCEndpoint", spec: Json | None = None, **provider: Any) -> Json:
    """An object of the cluster-wide group with the given fields of forProvider."""
    return {
        "apiVersion": f"ec2.aws.upbound.io/{'v1beta2' if kind == 'VPCEndpoint' else 'v1beta1'}",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {"forProvider": {"region": "us-east-1", **provider}, **(spec or {})},
    }


def ack(name: str = "sqs", *, kind: str = "VPCEndpoint", notes: Json | None = None, **spec: Any) -> Json:
    """An object of ACK with the given fields."""
    metadata = {"name": name, "namespace": "net", **({"annotations": notes} if notes else {})}
    return {"apiVersion": "ec2.services.k8s.aws/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def existing(item: Json, **spec: Any) -> Json:
    """The object with its endpoint there, and changed fields."""
    if "services.k8s.aws" in item["apiVersion"]:
        status = {"vpcEndpointID": ENDPOINT_ID, "state": "available"}
        return {**item, "spec": {**item["spec"], **spec}, "status": status}
    provider = {**item["spec"]["forProvider"], **spec}
    seen = {k: v for k, v in item["spec"]["forProvider"].items() if k not in ("vpcIdRef", "region")}
    observed = {**seen, "id": ENDPOINT_ID, "state": "available", "subnetIds": [SUBNETS[0]]}
    return {**item, "spec": {**item["spec"], "forProvider": provider}, "status": {"atProvider": observed}}


def annotated(item: Json, **notes: str) -> Json:
    """The object with annotations of its controller, under the ends of their names with _ for -."""
    prefix = "services.k8s.aws/" if "services.k8s.aws" in item["apiVersion"] else "crossplane.io/"
    named = {prefix + name.replace("_", "-"): value for name, value in notes.items()}
    return {**item, "metadata": {**item["metadata"], "annotations": named}}


_TEXT: Json = {"type": "string"}
_FLAG: Json = {"type": "boolean"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_SELECTOR: Json = {"type": "object"}


def _fields(**fields: Json) -> Json:
    return {"type": "object", "properties": fields, "additionalProperties": False}


def _referable(name: str) -> Json:
    return {
        name: _TEXT,
        f"{name}Ref": _fields(name=_TEXT, namespace=_TEXT, policy=_SELECTOR),
        f"{name}Selector": _SELECTOR,
    }


_ACK_REFERENCE = _fields(**{"from": _fields(name=_TEXT, namespace=_TEXT)})
_ACK_SPEC = _fields(
    dnsOptions=_fields(dnsRecordIPType=_TEXT, privateDNSOnlyForInboundResolverEndpoint=_FLAG),
    ipAddressType=_TEXT,
    policyDocument=_TEXT,
    privateDNSEnabled=_FLAG,
    routeTableIDs=_TEXTS,
    routeTableRefs={"type": "array", "items": _ACK_REFERENCE},
    securityGroupIDs=_TEXTS,
    securityGroupRefs={"type": "array", "items": _ACK_REFERENCE},
    serviceName=_TEXT,
    serviceRef=_ACK_REFERENCE,
    subnetConfigurations={"type": "array", "items": _fields(ipv4=_TEXT, ipv6=_TEXT, subnetID=_TEXT)},
    subnetIDs=_TEXTS,
    subnetRefs={"type": "array", "items": _ACK_REFERENCE},
    tags={"type": "array", "items": _fields(key=_TEXT, value=_TEXT)},
    vpcEndpointType=_TEXT,
    vpcID=_TEXT,
    vpcRef=_ACK_REFERENCE,
)
_UPJET_INITIAL: Json = {
    "autoAccept": _FLAG,
    "dnsOptions": _fields(
        dnsRecordIpType=_TEXT,
        privateDnsOnlyForInboundResolverEndpoint=_FLAG,
        privateDnsPreference=_TEXT,
        privateDnsSpecifiedDomains=_TEXTS,
    ),
    "ipAddressType": _TEXT,
    "policy": _TEXT,
    "privateDnsEnabled": _FLAG,
    **_referable("resourceConfigurationArn"),
    **_referable("serviceName"),
    **_referable("serviceNetworkArn"),
    "serviceRegion": _TEXT,
    "subnetConfiguration": {"type": "array", "items": _fields(ipv4=_TEXT, ipv6=_TEXT, **_referable("subnetId"))},
    "tags": {"type": "object", "additionalProperties": _TEXT},
    "vpcEndpointType": _TEXT,
    **_referable("vpcId"),
}
_POLICIES = {"type": "array", "items": {"enum": ["*", "Observe", "Create", "Update", "Delete", "LateInitialize"]}}


def _upjet_spec(fields: Json) -> Json:
    return _fields(
        forProvider=_fields(region=_TEXT, **fields),
        initProvider=_fields(**fields),
        managementPolicies=_POLICIES,
        deletionPolicy={"enum": ["Delete", "Orphan"]},
        providerConfigRef=_SELECTOR,
        writeConnectionSecretToRef=_SELECTOR,
    )


_SPECS: dict[str, Json] = {
    "VPCEndpoint": _upjet_spec(_UPJET_INITIAL),
    "VPCEndpointSubnetAssociation": _upjet_spec({**_referable("subnetId"), **_referable("vpcEndpointId")}),
    "VPCEndpointRouteTableAssociation": _upjet_spec({**_referable("routeTableId"), **_referable("vpcEndpointId")}),
    "VPCEndpointSecurityGroupAssociation": _upjet_spec(
        {"replaceDefaultAssociation": _FLAG, **_referable("securityGroupId"), **_referable("vpcEndpointId")}
    ),
    "VPCEndpointPolicy": _upjet_spec({"policy": _TEXT, **_referable("vpcEndpointId")}),
}


def check_against_crd(item: Json) -> None:
    """Raises ValidationError for an object with a field that its CRD does not have."""
    spec = _ACK_SPEC if "services.k8s.aws" in item["apiVersion"] else _SPECS[item["kind"]]
    Draft202012Validator(spec).validate(item["spec"])


def fields_of(item: Json) -> dict[str, Json]:
    """The fields that the definition of an object has for what is made, each with its schema."""
    if "services.k8s.aws" in item["apiVersion"]:
        return dict(_ACK_SPEC["properties"])
    return dict(_SPECS[item["kind"]]["properties"]["forProvider"]["properties"])


class UpjetKind(NamedTuple):
    """A kind of Crossplane in one of its two groups, as its definition names it, and the schema of specs."""

    name: str
    group: str
    version: str
    is_namespaced: bool
    spec: Json

    @property
    def plural(self) -> str:
        """The name of its collection."""
        return f"{self.name.lower()}s".replace("policys", "policies")

    @property
    def api_version(self) -> str:
        """As objects of it say."""
        return f"{self.group}/{self.version}"


def upjet_kinds() -> list[UpjetKind]:
    """Every kind of Crossplane that is read, in the cluster-wide group and in the one of namespaces."""
    return [
        UpjetKind(name, "ec2.aws.upbound.io", "v1beta2" if name == "VPCEndpoint" else "v1beta1", False, spec)
        for name, spec in _SPECS.items()
    ] + [UpjetKind(name, "ec2.aws.m.upbound.io", "v1beta1", True, spec) for name, spec in _SPECS.items()]
