"""Reading org data: as a whole or not at all, and what is wrong is told with file, line and pointer."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.errors import SettingsError
from vpce_guard.org.data import OrgData
from vpce_guard.org.load import load, schema

RULES = open_bundle().rules
WAIVER = (
    "{id: W-1, rule: VPCE-ORG-006, match: {vpc_id: v}, approved_by: a, reason: long enough, "
    "expires: '2027-01-01T00:00:00Z'}"
)


LOOSER = "layers:\n- name: a\n  level: unit\n  services: {allow: ['*']}\n"


def loaded(directory: Path, *contents: str) -> OrgData:
    paths = []
    for number, content in enumerate(contents):
        paths.append(directory / f"org{number}.yaml")
        paths[-1].write_text(content)
    return load(paths, RULES)


def test_yaml_and_json_say_the_same(tmp_path: Path) -> None:
    freeze = "freeze:\n- {from: 2026-12-20T00:00:00Z, to: 2027-01-04T00:00:00Z}\n"
    content = f"services:\n  allow: [s3]   # with a comment\n{freeze}"
    from_yaml = loaded(tmp_path, content)
    assert loaded(tmp_path, json.dumps(from_yaml.document)).revision == from_yaml.revision
    assert from_yaml.document["freeze"][0]["from"] == "2026-12-20T00:00:00Z"
    assert loaded(tmp_path, content.replace("s3", "sqs")).revision != from_yaml.revision


def test_each_file_brings_sections_of_its_own(tmp_path: Path) -> None:
    org = loaded(tmp_path, "services: {allow: [s3]}\n", "org_ids: [o-abc1234567]\n")
    assert set(org.document) == {"services", "org_ids"}
    with pytest.raises(SettingsError, match=r"org1.yaml:2: /services was given in .*org0.yaml:1 already"):
        loaded(tmp_path, "services: {allow: [s3]}\n", "\nservices: {}\n")


def test_the_document_under_the_examples_is_valid_alone(root: Path) -> None:
    path = root / "rego/vpce/testing/org.yaml"
    assert load([path], RULES).warnings == ()
    jsonschema.Draft202012Validator(schema()).validate(yaml.safe_load(path.read_text()))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("a: 1\nservices: []\n", ":2: /services "),
        ("services:\n  allow: s3\n", ":2: /services/allow "),
        ("nonsense: {}\n", ":1: /nonsense "),
        ("cost:\n  max_monthly_per_vpc: '10'\n", ":2: /cost/max_monthly_per_vpc "),
        ("freeze:\n- from: 2026-12-20\n  to: 2026-12-20T00:00:00Z\n", ":2: /freeze/0/from "),
        ("freeze:\n- from: 2026-12-20T00:00:00\n  to: 2026-12-20T00:00:00Z\n", ":2: /freeze/0/from "),
        ("third_party:\n- {service_name: a, owner_account: b, expires: 20261231}\n", ":2: /third_party/0/expires "),
        ("network: {allowed_client_cidrs: [10.0.0.0/8, 10.0.0.1/8]}\n", ":1: /network/allowed_client_cidrs/1 "),
        ("tags:\n  required:\n  - key: a\n    pattern: '(?=x)'\n", ":4: /tags/required/0/pattern "),
        ("tags:\n  required:\n  - key: a\n    pattern: '['\n", ":4: /tags/required/0/pattern "),
        ("naming: {pattern: '{env}['}\n", ":1: /naming/pattern "),
        (f"waivers:\n- {WAIVER.replace(', expires:', ', ends:')}\n", ":2: /waivers/0 expires "),
        (f"waivers:\n- {WAIVER.replace('{vpc_id: v}', '{}')}\n", ":2: /waivers/0/match "),
        (f"waivers:\n- {WAIVER.replace('long enough', 'short')}\n", ":2: /waivers/0/reason "),
        (f"waivers:\n- {WAIVER.replace('VPCE-ORG-006', 'VPCE-ORG-*')}\n", ":2: /waivers/0/rule "),
        ("services: {allow: [s3]}\nservices: {}\n", ":2: /services is given twice"),
        ("services: &all {allow: [s3]}\ncentral: *all\n", ":2: /central is an alias, which is not supported here"),
        ("services: !!python/object:os.system {}\n", ":1: /services"),
        ("profile: !!python/name:os.system x\n", ":1: /profile "),
        ("cost: {max_monthly_per_vpc: .nan}\n", ":1: /cost/max_monthly_per_vpc input should be a valid number"),
        ("cost: {max_monthly_per_vpc: .inf}\n", ":1: /cost/max_monthly_per_vpc input should be a valid number"),
        ("cost: {prices: " + "{a: " * 120 + "1" + "}" * 121 + "\n", "is nested too deeply"),
        ("services: {allow: [s3\n", ":2: is not YAML or JSON"),
        ("", ":1: org data must be an object"),
        ("- services\n", ":1: org data must be an object"),
        ("enforcement: {VPCE-ORG-005: maybe}\n", ":1: /enforcement/VPCE-ORG-005 "),
        ("enforcement: {VPCE-GW-001: {action: warn, reason: short}}\n", ":1: /enforcement/VPCE-GW-001/reason "),
        ("org_ids: [abc]\n", ":1: /org_ids/0 "),
        ("layers:\n- {name: a, level: team}\n", ":2: /layers/0/level "),
        (
            "services: {allow: [s3]}\nlayers:\n- name: a\n  level: unit\n  services: {allow: ['*']}\n",
            ":5: /layers/0/services/allow ",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, content: str, place: str) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, content)
    assert place in str(caught.value)
    assert str(tmp_path / "org0.yaml") in str(caught.value)


def test_a_missing_and_a_huge_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load([tmp_path / "none.yaml"], RULES)
    with pytest.raises(SettingsError, match="bytes"):
        loaded(tmp_path, "# " + "x" * (5 << 20))


@pytest.mark.parametrize(
    ("content", "warning"),
    [
        ("services:\n  alow: [s3]\n", ":2: /services/alow is not known"),
        ("enforcement: {VPCE-ORG-999: off}\n", ":1: /enforcement/VPCE-ORG-999 is not a rule"),
        ("enforcement: {VPCE-GW-001: warn}\n", ":1: /enforcement/VPCE-GW-001 is a rule that AWS enforces"),
        (f"waivers:\n- {WAIVER.replace('006', '999')}\n", ":2: /waivers/0/rule VPCE-ORG-999 is not a rule"),
    ],
)
def test_what_has_no_effect_is_a_warning(tmp_path: Path, content: str, warning: str) -> None:
    (told,) = loaded(tmp_path, content).warnings
    assert warning in told
