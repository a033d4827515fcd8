"""Somebody who never saw the product, with a browser: a denial is read, its fix applied, and both are found again.

Needs the package playwright and a Chromium of the system; `make console` has what it needs. Without them it is skipped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.console import write_keys
from tests.support.serving import serving

playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
AXE = next(Path(__file__).parents[2].glob(".tools/axe-*.min.js"), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: set CHROMIUM to its path")
PAGES = (
    "check?rule=VPCE-IFACE-002&example=0",
    *("decisions", "rules", "rules/VPCE-IFACE-002", "advice", "policies", "health"),
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("story")
    with serving(folder, api_keys_file=write_keys(folder)) as port:
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


def sign_in(page: Any, address: str, place: str = "") -> None:
    page.goto(f"{address}{place}")
    page.get_by_label("API key or token").fill("both-key")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}**")


def test_a_denial_is_read_fixed_allowed_and_found_again(page: Any, address: str) -> None:
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


@pytest.mark.parametrize(
    "page",
    [
        {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
        {"color_scheme": "dark", "viewport": {"width": 360, "height": 800}},
    ],
    indirect=True,
    ids=["light and wide", "dark and narrow"],
)
def test_pages_are_for_everybody(page: Any, address: str) -> None:
    if AXE is None:
        pytest.skip("axe-core is not there: tools/axe fetches it")
    sign_in(page, address)
    found = {}
    for name in PAGES:
        page.goto(f"{address}/{name}")
        if name.startswith("check"):
            page.get_by_role("button", name="Check", exact=True).click()
            page.get_by_role("heading", name="Denied").wait_for()
        page.evaluate(AXE.read_text())
        told = page.evaluate(
            "axe.run().then((found) => found.violations.map((v) => [v.id, v.impact, v.nodes[0].html]))"
        )
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        found[name] = [*told, *(["wider than the window"] if wide else [])]
    assert {name: told for name, told in found.items() if told} == {}
