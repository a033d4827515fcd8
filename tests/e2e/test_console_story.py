"""Somebody who never saw the product, with a browser: a denial is read, its fix applied, and both are found again.

On both engines. Needs the package playwright and a Chromium of the system, which `make console-story` sees to. Without
them it is skipped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.console import write_keys
from tests.support.identity_provider import IdentityProvider, identity_provider
from tests.support.serving import GATEWAY, serving
from tests.support.waiting import LONGEST, until

playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
AXE = next(Path(__file__).parents[2].glob(".tools/axe-*.min.js"), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: set CHROMIUM to its path")
PAGES = (
    "check?rule=VPCE-IFACE-002&example=0",
    *("decisions", "rules", "rules/VPCE-IFACE-002", "advice", "policies", "health"),
)


FORMS = pytest.mark.parametrize(
    "page",
    [
        {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
        {"color_scheme": "dark", "viewport": {"width": 360, "height": 800}},
    ],
    indirect=True,
    ids=["light and wide", "dark and narrow"],
)


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as found:
        yield found


@pytest.fixture(scope="module")
def address(
    request: pytest.FixtureRequest, provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Where the console is, of a service with the embedded engine or the one that is named."""
    folder = tmp_path_factory.mktemp("story")
    settings: dict[str, Any] = {**provider.settings, "oidc_scopes": "openid,vpce-guard:read"}
    if getattr(request, "param", "embedded") == "opa":
        settings |= {"engine": "opa", "opa_url": request.getfixturevalue("opa_url")}
    with serving(folder, api_keys_file=write_keys(folder), **settings) as port:
        yield f"http://127.0.0.1:{port}/console"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page of a browser of its own, on which nothing is said in the console."""
    context = browser.new_context(**getattr(request, "param", {}))
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


def sign_in(page: Any, address: str, place: str = "", *, key: str = "both-key") -> None:
    page.goto(f"{address}{place}")
    page.get_by_label("API key or token").fill(key)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{address}**")


@pytest.mark.parametrize(("address", "engine"), [("embedded", "embedded"), ("opa", "opa")], indirect=["address"])
def test_a_denial_is_read_fixed_allowed_and_found_again(page: Any, address: str, engine: str) -> None:
    sign_in(page, address, "/rules?q=one+subnet+per")
    page.get_by_role("link", name="VPCE-IFACE-002").click()
    page.get_by_role("link", name="two subnets in one Availability Zone").click()
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_role("heading", name="Denied").wait_for()
    finding = page.locator("section.card.deny")
    assert "subnet-0a200001 is in the same Availability Zone (us-east-1a) as subnet-0a100001" in finding.inner_text()
    assert page.locator("li.marked.deny").inner_text().endswith('"subnet-0a200001"')
    finding.get_by_role("button", name="Apply and check again").click()
    page.get_by_role("heading", name="Allowed").wait_for()
    assert "subnet-0a200001" not in page.get_by_role("textbox", name="Document").input_value()
    page.get_by_role("link", name="Decisions", exact=True).click()
    assert page.locator("tbody .tag.allowed, tbody .tag.denied").all_inner_texts() == ["allowed", "denied"]
    page.get_by_label("Answer").select_option("denied")
    page.get_by_role("button", name="Show").click()
    assert "outcome=denied" in page.url
    page.locator("tbody a").first.click()
    assert f"Engine\n{engine}, " in page.locator("main").inner_text()
    page.get_by_role("link", name="Explain").click()
    page.get_by_role("heading", name="What decided").wait_for()
    page.get_by_role("link", name="Open in Check").click()
    assert "subnet-0a200001" in page.get_by_role("textbox", name="Document").input_value()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()


def test_the_form_follows_the_type_and_is_judged(page: Any, address: str) -> None:
    sign_in(page, address)
    page.get_by_text("Or describe one endpoint", exact=True).click()
    page.get_by_label("Type", exact=True).select_option("Gateway")
    page.get_by_label("Route tables").fill("rtb-0a000001")
    page.get_by_label("VPC", exact=True).fill("vpc-0a000001")
    page.get_by_label("Service", exact=True).fill("com.amazonaws.us-east-1.sqs")
    page.get_by_role("button", name="Make and check it").click()
    page.get_by_role("heading", name="Denied").wait_for()
    assert page.evaluate("document.activeElement.hasAttribute('data-found')")


def test_a_file_is_taken_into_the_text(page: Any, address: str, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text("Resources:\n  A: 1\n")
    sign_in(page, address)
    page.get_by_label("Choose a file").set_input_files(file)
    page.wait_for_function("document.getElementById('document').value == 'Resources:\\n  A: 1\\n'")


def test_a_link_on_another_site_finds_who_is_signed_in(page: Any, address: str) -> None:
    sign_in(page, address)
    page.route(
        "https://elsewhere.example/",
        lambda r: r.fulfill(body=f'<a href="{address}/health">x</a>', content_type="text/html"),
    )
    page.goto("https://elsewhere.example/")
    page.get_by_role("link").click()
    page.get_by_role("heading", name="Health").wait_for()


@FORMS
def test_pages_are_for_everybody(page: Any, address: str) -> None:
    sign_in(page, address, key="admin-key")
    found = {}
    for name in (*PAGES, compare_replays(address)):
        page.goto(f"{address}/{name}")
        if name.startswith("check"):
            page.get_by_role("button", name="Check", exact=True).click()
            page.get_by_role("heading", name="Denied").wait_for()
        found[name] = problems(page)
    page.goto(f"{address}/decisions")
    page.locator("tbody a").first.click()
    found["a decision"] = problems(page)
    assert {name: told for name, told in found.items() if told} == {}


@FORMS
def test_the_way_to_a_provider_and_out_is_for_everybody(page: Any, address: str, provider: IdentityProvider) -> None:
    found = {}
    page.goto(address)
    found["sign-in"] = problems(page)
    page.route(f"{provider.issuer}/auth**", lambda route: route.fulfill(status=204), times=1)  # it stays where it is
    page.get_by_role("button", name="Sign in with People").click()
    page.get_by_role("heading", name="Sign in with People").wait_for()
    found["to the provider"] = problems(page)
    page.get_by_role("link", name="Go on").click()
    page.get_by_text("oidc:alex").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Signed out").wait_for()
    found["signed out"] = problems(page)
    assert {name: told for name, told in found.items() if told} == {}


def problems(page: Any) -> list[Any]:
    """What keeps people from using a page: what axe finds, and that it is wider than the window."""
    if AXE is None:
        pytest.skip("axe-core is not there: tools/axe fetches it")
    page.evaluate(AXE.read_text())
    told = page.evaluate("axe.run().then((found) => found.violations.map((v) => [v.id, v.impact, v.nodes[0].html]))")
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*told, *(["wider than the window"] if wide else [])]


def compare_replays(address: str) -> str:
    """The page with two replays beside one another, of which one bans what was allowed."""
    service = address.removesuffix("/console")
    headers = {"authorization": "Bearer admin-key"}
    with httpx2.Client(base_url=service, headers=headers, timeout=LONGEST) as client:
        assert client.post("/v1/decisions", json={"document": GATEWAY}).json()["allowed"]
        chosen = []
        for banned in ("sqs", "s3"):
            asked = {"candidate": {"org_data": {"services": {"deny": [banned]}}}}
            replay_id = client.post("/v1/replays", json=asked).raise_for_status().json()["replay_id"]
            until(lambda place=f"/v1/replays/{replay_id}": client.get(place).json()["status"] == "done")
            chosen.append(replay_id)
    return "policies/replays?left={}&right={}".format(*chosen)
