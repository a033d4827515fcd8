"""The Kubernetes objects of a document: alone, in a List, in several documents, and inside of other objects.

Compositions, resource graphs and whatever else wraps objects are looked into; text inside of them is not, and where it
holds an endpoint that is an error. Sources: Kubernetes API conventions; Crossplane, Composition v1 and the input of
function-patch-and-transform; kro, resources of a ResourceGraphDefinition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.kubernetes.unread import check_part, check_text, others_error
from vpce_guard.model import Json

ENDPOINT = "VPCEndpoint"
ACK = "ec2.services.k8s.aws"
UPJET = ("ec2.aws.upbound.io", "ec2.aws.m.upbound.io")
"""Crossplane's provider that runs Terraform's, its cluster-wide and its namespaced group."""
CLASSIC = "ec2.aws.crossplane.io"
"""Crossplane's first provider, which calls AWS itself."""
GROUPS = (ACK, *UPJET, CLASSIC)

_ABOUT_ENDPOINTS = re.compile(r"VPCEndpoint(\w+Association|Policy)?")
_MAX_DEPTH = 60
_WRITES_OUT = re.compile(r"To(Composite|Environment)")
_GRAPH = "ResourceGraphDefinition"
_OWN_ID = re.compile(r"\s*\$\{\s*(\w+)\.status\.\??(?:vpcID|subnetID|routeTableID|id)\s*\}\s*")
_COMPOSED_NAME = "crossplane.io/composition-resource-name"


class PlacedObject(NamedTuple):
    """An object and where it stands: `pointer` in the document, `within` the kind and name of what it is wrapped in.

    `holes` are field paths that are filled in later by something that is not read; `name` is for one without its own;
    `user` is who changes it.
    """

    item: Json
    pointer: str
    within: str = ""
    holes: tuple[str, ...] = ()
    name: str | None = None
    user: str | None = None

    @property
    def kind(self) -> str:
        """Its kind; empty where it is none."""
        return str(self.item.get("kind", ""))

    @property
    def group(self) -> str:
        """The group of its apiVersion."""
        return group(self.item)

    @property
    def own_name(self) -> str | None:
        """What it is called, as far as anything calls it."""
        metadata = self.item.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        notes = metadata.get("annotations")
        composed = notes.get(_COMPOSED_NAME) if isinstance(notes, dict) else None
        found = next((n for n in (metadata.get("name"), composed, metadata.get("generateName"), self.name) if n), None)
        return str(found) if found else None

    @property
    def namespace(self) -> str | None:
        """Its namespace; None where it does not say."""
        metadata = self.item.get("metadata")
        found = metadata.get("namespace") if isinstance(metadata, dict) else None
        return found if isinstance(found, str) and found else None

    @property
    def address(self) -> str | None:
        """How it is called in answers: kind, namespace and name, after what it is wrapped in."""
        if self.own_name is None:
            return None
        own = "/".join(part for part in (self.kind, self.namespace, self.own_name) if part)
        return f"{self.within}: {own}" if self.within else own


def group(item: Any) -> str:
    """The group of an object's apiVersion."""
    return str(item.get("apiVersion")).partition("/")[0] if isinstance(item, dict) else ""


def find_objects(document: Any, pointer: str = "") -> Iterator[PlacedObject]:
    """The objects of a document, those inside of others included.

    Raises MalformedError for text inside of an object that holds an endpoint.
    """
    if isinstance(document, list):
        for index, item in enumerate(document):
            yield from find_objects(item, f"{pointer}/{index}")
    elif isinstance(document, dict) and isinstance(document.get("apiVersion"), str):
        kind = document.get("kind")
        if isinstance(kind, str) and kind.endswith("List") and isinstance(document.get("items"), list):
            of_items = {"apiVersion": document["apiVersion"], "kind": kind.removesuffix("List")}
            items = [_with_kind(item, of_items) if kind != "List" else item for item in document["items"]]
            yield from find_objects(items, f"{pointer}/items")
            return
        placed = PlacedObject(document, pointer)
        yield placed
        if placed.group not in GROUPS:
            yield from _find_wrapped(_link_resources(placed) if placed.kind == _GRAPH else placed)


def mentions_endpoints(document: Any) -> bool:
    """Whether something among the objects of a document is about endpoints, also in a form that is not read."""
    try:
        return any(is_about_endpoints(placed) for placed in find_objects(document))
    except MalformedError:
        return True


def is_about_endpoints(placed: PlacedObject) -> bool:
    """Whether an object is an endpoint or completes one."""
    return _is_one(placed.item)


def _is_one(item: Json) -> bool:
    return group(item) in GROUPS and _ABOUT_ENDPOINTS.fullmatch(str(item.get("kind", ""))) is not None


def refuse_others(objects: list[PlacedObject]) -> None:
    """Raises MalformedError where there are objects, and none that is about endpoints."""
    if objects and not any(is_about_endpoints(placed) for placed in objects):
        raise others_error([_full_name(placed) for placed in objects], {placed.kind for placed in objects})


def _full_name(placed: PlacedObject) -> str:
    """Kind, group and name as kubectl takes them; the group of Kubernetes' own kinds is left out."""
    kind = f"{placed.kind}.{placed.group}" if "." in placed.group else placed.kind
    return f"{kind}/{placed.own_name}" if placed.own_name else kind


def sub_object(parent: Json, name: str, pointer: str) -> Json:
    """An object within an object; empty where it is not there. Raises MalformedError for anything else."""
    value = parent.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise object_error(f"{pointer}/{name}", "must be an object")
    return value


def spec_of(placed: PlacedObject) -> Json:
    """What an object says of what it makes: the spec of ACK, forProvider of Crossplane."""
    spec = sub_object(placed.item, "spec", placed.pointer)
    return spec if placed.group == ACK else sub_object(spec, "forProvider", f"{placed.pointer}/spec")


def object_error(pointer: str, detail: str) -> MalformedError:
    """The error for a wrong shape at a place."""
    return MalformedError(
        f"The Kubernetes object has the wrong shape: {pointer or '/'} {detail}.",
        advice="Send what the Kubernetes API server sends to a webhook, or manifests.",
        pointers=(Pointer(pointer=pointer, code="wrong_shape", detail=detail),),
    )


def _with_kind(item: Any, of_items: Json) -> Any:
    """An item of a list of one kind, which the API server prints without its kind."""
    return {**of_items, **item} if isinstance(item, dict) and "kind" not in item else item


def _link_resources(graph: PlacedObject) -> PlacedObject:
    """A graph of kro in which an id that one resource takes from another is the name that the other goes by."""
    resources = sub_object(graph.item, "spec", graph.pointer).get("resources")
    templates = [
        (str(one.get("id")), PlacedObject(one["template"], "", graph.address or "").address)
        for one in (resources if isinstance(resources, list) else [])
        if isinstance(one, dict) and group(one.get("template")) in GROUPS and "forEach" not in one
    ]
    addresses = [address for _, address in templates]
    names = {own: address for own, address in templates if address and addresses.count(address) == 1}

    def link(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: link(part) for name, part in value.items()}
        if isinstance(value, list):
            return [link(part) for part in value]
        found = _OWN_ID.fullmatch(value) if isinstance(value, str) else None
        return names.get(found[1], value) if found else value

    return graph._replace(item=link(graph.item))


def _find_wrapped(wrapper: PlacedObject) -> Iterator[PlacedObject]:
    for name, value in wrapper.item.items():
        if name != "metadata":
            yield from _look_into(value, f"{wrapper.pointer}/{_escape(name)}", wrapper=wrapper)


def _look_into(
    value: Any, pointer: str, *, wrapper: PlacedObject, sets: Json | None = None, depth: int = 0
) -> Iterator[PlacedObject]:
    """The objects in a part of another one; `sets` are the patch sets around it by name."""
    if depth > _MAX_DEPTH:
        return
    within = wrapper.address or f"{wrapper.kind}{wrapper.pointer}"
    more: Json = {"wrapper": wrapper, "sets": sets or {}, "depth": depth + 1}
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _look_into(item, f"{pointer}/{index}", **more)
    elif isinstance(value, dict):
        if group(value) in GROUPS and isinstance(value.get("spec"), dict):
            yield PlacedObject(value, pointer, within)
            return
        check_part(value, pointer, wrapper.kind, is_endpoint=_is_one(value))
        more["sets"] = {**more["sets"], **_patch_sets(value)}
        for name, item in value.items():
            place = f"{pointer}/{_escape(name)}"
            if name == "base" and group(item) in GROUPS:
                holes = tuple(_patched_fields(value.get("patches"), more["sets"]))
                own = value.get("name")
                yield PlacedObject(item, place, within, holes, own if isinstance(own, str) else None)
            else:
                yield from _look_into(item, place, **more)
    elif isinstance(value, str):
        check_text(value, pointer, wrapper.kind)


def _patch_sets(value: Json) -> Json:
    sets = value.get("patchSets")
    return {
        str(one.get("name")): one.get("patches")
        for one in (sets if isinstance(sets, list) else [])
        if isinstance(one, dict)
    }


def _patched_fields(patches: Any, sets: Json) -> Iterator[str]:
    """The field paths that patches fill in."""
    for patch in patches if isinstance(patches, list) else []:
        if not isinstance(patch, dict):
            continue
        kind = str(patch.get("type", "FromCompositeFieldPath"))
        if kind == "PatchSet":
            yield from _patched_fields(sets.get(str(patch.get("patchSetName"))), {})
        elif not _WRITES_OUT.search(kind):
            path = patch.get("toFieldPath") or patch.get("fromFieldPath")
            if isinstance(path, str):
                yield path


def _escape(name: str) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
