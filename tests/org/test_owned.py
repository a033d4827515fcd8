"""Layers and waivers in files of their own: each owner changes that file and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.org.test_load import RULES
from vpce_guard.errors import SettingsError
from vpce_guard.org.data import OrgData
from vpce_guard.org.load import load, read_org_data

MAIN = """\
environments: {'111122223333': prod}
availability: {min_azs: {prod: 2}}
layers:
- {name: payments, level: unit, accounts_in: ['111122223333'], owner: payments, file: payments/constraints.yaml}
waiver_files:
- {file: payments/waivers.yaml, owner: payments, rules: [VPCE-ORG-006], accounts: ['111122223333'], approvers: [netsec]}
"""
LAYER = "availability: {min_azs: {prod: 3}}\n"
WAIVER = """\
waivers:
- id: P-1
  rule: VPCE-ORG-006
  match: {account: '111122223333'}
  approved_by: netsec
  reason: moving to a third zone
  expires: '2027-01-01T00:00:00Z'
"""


def loaded(folder: Path, main: str = MAIN, layer: str = LAYER, waivers: str = WAIVER) -> OrgData:
    (folder / "payments").mkdir(exist_ok=True)
    (folder / "org.yaml").write_text(main)
    (folder / "payments/constraints.yaml").write_text(layer)
    (folder / "payments/waivers.yaml").write_text(waivers)
    return load([folder / "org.yaml"], RULES)


def test_the_files_are_as_if_all_stood_in_one(tmp_path: Path) -> None:
    org = loaded(tmp_path)
    held = org.effective("111122223333", "prod")
    assert held.sections["availability"] == {"min_azs": {"prod": 3}}
    assert held.origins["/availability/min_azs/prod"] == ("payments",)
    assert [(w["id"], w["owner"]) for w in held.rules["waivers"]] == [("P-1", "payments")]
    assert org.warnings == ()
    assert [path.name for path in org.files] == ["org.yaml", "constraints.yaml", "waivers.yaml"]
    assert read_org_data(org.document, org.rules_by_id).revision == org.revision


@pytest.mark.parametrize(
    ("layer", "place"),
    [
        ("accounts_in: ['222233334444']\n", "constraints.yaml:1: /layers/0/accounts_in may not be set in the file of "),
        ("name: other\n", "constraints.yaml:1: /layers/0/name may not be set"),
        ("environments: {}\n", "constraints.yaml:1: /layers/0/environments may not be set"),
        ("\navailability: {min_azs: {prod: 1}}\n", "constraints.yaml:2: /layers/0/availability/min_azs/prod is looser"),
        ("services: {allow: s3}\n", "constraints.yaml:1: /layers/0/services/allow "),
        ("services:\n  allow: [sqss]\n", "constraints.yaml:2: /layers/0/services/allow/0 names the service sqss"),
    ],
)
def test_the_file_of_a_layer_holds_its_sections_only(tmp_path: Path, layer: str, place: str) -> None:
    with pytest.raises(SettingsError) as raised:
        loaded(tmp_path, layer=layer)
    assert place in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("VPCE-ORG-006", "VPCE-ORG-001", "waivers.yaml:3: /waivers/0/rule may not be waived in the file of payments"),
        ("'111122223333'", "'999999999999'", "waivers.yaml:4: /waivers/0/match/account must be 111122223333"),
        ("{account: '111122223333'}", "{vpc_id: vpc-1}", "waivers.yaml:4: /waivers/0/match/account must be"),
        ("{account: '111122223333'}", "{account: '*'}", "waivers.yaml:4: /waivers/0/match/account must be"),
        ("approved_by: netsec", "approved_by: payments", "waivers.yaml:5: /waivers/0/approved_by must be netsec"),
        (
            "approved_by: netsec",
            "approved_by: netsec\n  owner: web",
            "waivers.yaml:6: /waivers/0/owner is not payments",
        ),
        ("waivers:\n", "services: {}\nwaivers:\n", "waivers.yaml:1: /services may not be set in the file of payments"),
        ("reason: moving to a third zone", "reason: short", "waivers.yaml:6: /waivers/0/reason "),
    ],
)
def test_a_file_of_waivers_holds_what_its_owner_may_waive(tmp_path: Path, old: str, new: str, place: str) -> None:
    with pytest.raises(SettingsError) as raised:
        loaded(tmp_path, waivers=WAIVER.replace(old, new))
    assert place in str(raised.value)


def test_an_id_stands_for_one_waiver(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"waivers.yaml:2: /waivers/1/id is the id of a waiver elsewhere"):
        loaded(tmp_path, main=f"{MAIN}{WAIVER}")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("payments/constraints.yaml", "/etc/passwd", "org.yaml:4: /layers/0/file must be a path below the folder of "),
        ("payments/constraints.yaml", "../x.yaml", "org.yaml:4: /layers/0/file must be a path below the folder of "),
        ("payments/constraints.yaml", "missing.yaml", "missing.yaml cannot be read"),
        ("owner: payments, file: payments/c", "file: payments/c", "org.yaml:4: /layers/0/file is a file without"),
        ("payments/constraints.yaml", "payments/waivers.yaml", "/waiver_files/0/file is the file of /layers/0/file"),
        ("owner: payments, rules", "rules", "org.yaml:6: /waiver_files/0 owner field required"),
        ("file: payments/constraints.yaml", "file: payments/constraints.yaml, availability: {}", "is set where the"),
    ],
)
def test_what_names_a_file_says_whose_it_is(tmp_path: Path, old: str, new: str, place: str) -> None:
    with pytest.raises(SettingsError) as raised:
        loaded(tmp_path, main=MAIN.replace(old, new, 1))
    assert place in str(raised.value)


def test_a_document_that_is_in_no_file_names_none() -> None:
    with pytest.raises(ValueError, match="/layers/0/file names a file"):
        read_org_data({"layers": [{"name": "a", "level": "unit", "owner": "a", "file": "a.yaml"}]}, {})
