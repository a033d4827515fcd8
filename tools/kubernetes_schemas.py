"""Print a folder of JSON schemas of Kubernetes and of what is used beside it, made where there is none.

Those of Kubernetes come from the package kubernetes-validate, which holds the API's own OpenAPI; those of the others
from the CustomResourceDefinitions in their Go modules. Names are as kubeconform looks for them, and members that are
not in a schema are errors. Needs Go.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import yaml

KUBERNETES = "1.34"
PACKAGE = "kubernetes-validate==1.37.0"
MODULES = {
    "github.com/cert-manager/cert-manager@v1.18.2": (
        "deploy/crds/crd-certificates.yaml",
        "deploy/crds/crd-issuers.yaml",
    ),
    "github.com/prometheus-operator/prometheus-operator@v0.85.0": (
        "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
        "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
    ),
    "github.com/fluxcd/kustomize-controller@v1.7.3": (
        "config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml",
    ),
    "github.com/kyverno/api@v0.0.1-alpha.3.0.20260723090831-fb2785727f98": (
        "config/crds/policies.kyverno.io_mutatingpolicies.yaml",
    ),
}
DEFINITIONS = "definitions"
"""The folder in it of the CustomResourceDefinitions themselves, for an API server."""
_REFERENCE = re.compile(r'"(?:/api/_definitions\.json)?#/\$defs/([^"]+)"')
_OF = hashlib.sha256(f"{KUBERNETES} {PACKAGE} {MODULES}".encode()).hexdigest()[:8]
FOLDER = Path(__file__).parents[1] / f".tools/kubernetes-schemas-{_OF}"


def main() -> None:
    """Make the folder where it is not there, whole or not at all."""
    if not FOLDER.is_dir():
        print("fetching schemas of Kubernetes ...", file=sys.stderr)
        FOLDER.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER.parent) as name:
            made = Path(name) / "schemas"
            (made / DEFINITIONS).mkdir(parents=True)
            _take_kubernetes(Path(name), made)
            for module, paths in MODULES.items():
                _take_definitions(module, paths, made)
            made.rename(FOLDER)
    print(FOLDER)


def _take_kubernetes(work: Path, made: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(work), PACKAGE]
    subprocess.run(pip, check=True, stdout=sys.stderr)
    (wheel,) = work.glob("*.whl")
    folder = f"kubernetes_validate/kubernetes-json-schema/v{KUBERNETES}.0-local-strict/"
    with zipfile.ZipFile(wheel) as archive:
        definitions = json.loads(archive.read(folder + "_definitions.json"))["$defs"]
        for name in archive.namelist():
            if name.startswith(folder) and name.endswith(".json"):
                schema = json.loads(archive.read(name))
                if "kind" in schema.get("properties", {}):
                    (made / Path(name).name).write_text(_write_whole(schema, definitions))


def _write_whole(schema: Any, definitions: Any) -> str:
    """A schema as text, with the definitions that it refers to in itself."""
    used: dict[str, Any] = {}
    schema.pop("$id")  # an address, at which the definitions would be looked for
    text = json.dumps(schema)
    missing = set(_REFERENCE.findall(text))
    while missing:
        used |= {name: definitions[name] for name in missing}
        missing = set(_REFERENCE.findall(json.dumps([used[name] for name in missing]))) - used.keys()
    return _REFERENCE.sub(r'"#/$defs/\1"', json.dumps({**schema, "$defs": used}))


def _take_definitions(module: str, paths: tuple[str, ...], made: Path) -> None:
    go = [shutil.which("go") or "go", "mod", "download", "-json", module]
    with tempfile.TemporaryDirectory() as outside:  # of any module
        told = json.loads(subprocess.run(go, check=True, stdout=subprocess.PIPE, cwd=outside).stdout)
    for path in paths:
        for definition in yaml.safe_load_all((Path(told["Dir"]) / path).read_text()):
            if definition and definition.get("kind") == "CustomResourceDefinition":
                _write_schemas(definition["spec"], made)
                (made / DEFINITIONS / f"{definition['metadata']['name']}.json").write_text(json.dumps(definition))


def _write_schemas(spec: Any, made: Path) -> None:
    group, kind = spec["group"].partition(".")[0], spec["names"]["kind"].lower()
    for version in spec["versions"]:
        schema = _close(version["schema"]["openAPIV3Schema"])
        schema["properties"]["metadata"] = {"type": "object"}
        (made / f"{kind}-{group}-{version['name']}.json").write_text(json.dumps(schema))


def _close(schema: Any) -> Any:
    """A schema that refuses members it does not name, as the API server prunes them."""
    if isinstance(schema, list):
        return [_close(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _close(value) for name, value in schema.items() if name != "format"}
    if closed.pop("x-kubernetes-int-or-string", False):
        closed = {"type": ["integer", "string"]}
    keeps = closed.pop("x-kubernetes-preserve-unknown-fields", False)
    if closed.get("type") == "object" and "properties" in closed and not keeps:
        closed.setdefault("additionalProperties", False)
    return closed


if __name__ == "__main__":
    main()
