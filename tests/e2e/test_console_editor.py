"""The editor of the check page in a browser: it comes when the text area is used, and the page works without it.

Needs what the story of the console needs, and is skipped like it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import test_console_story as story
from tests.support.console import write_keys
from tests.support.serving import serving

pytestmark = story.pytestmark
WIDE = {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}}
NARROW = {"color_scheme": "dark", "viewport": {"width": 360, "height": 800}}
EXAMPLE = "check?rule=VPCE-IFACE-002&example=0"
VALUE = "document.getElementById('document').value"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("editor")
    with serving(folder, api_keys_file=write_keys(folder)) as port:
        yield f"http://127.0.0.1:{port}/console"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with story.playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=story.CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The check page with an example that is denied, in a browser of its own; nothing is said in its console."""
    context = browser.new_context(**getattr(request, "param", WIDE))
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    story.sign_in(page, address)
    page.goto(f"{address}/{EXAMPLE}")
    yield page
    context.close()
    assert said == []


def use(page: Any) -> Any:
    """The editor, which comes when the text area is used."""
    page.locator("#document").focus()
    editor = page.get_by_role("textbox", name="Document")
    page.locator("#document[hidden]").wait_for(state="attached")
    return editor


def check(page: Any, heading: str) -> None:
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_role("heading", name=heading).wait_for()


def test_it_is_loaded_when_the_text_area_is_used_and_has_its_place(page: Any) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2].partition(".")[0]))
    before = page.evaluate(VALUE)
    page.locator("#format").focus()
    assert "editor" not in loaded
    editor = use(page)
    assert [name for name in loaded if name != "icon"] == ["editor", "codemirror-6"]
    assert editor.evaluate("(one) => one === one.getRootNode().activeElement")
    page.keyboard.type("[")
    assert page.evaluate(VALUE) == f"[{before}"


def test_what_is_wrong_stands_at_its_lines_and_a_fix_replaces_the_text(page: Any) -> None:
    use(page)
    check(page, "Denied")
    marked = page.locator(".editor .cm-line.marked.deny")
    assert marked.inner_text().strip() == '"subnet-0a200001"'
    said = page.locator(".editor .said.deny li").inner_text()
    assert said.startswith("VPCE-IFACE-002: subnet subnet-0a200001 is in the same Availability Zone")
    page.get_by_role("button", name="Apply and check again").click()
    page.get_by_role("heading", name="Allowed").wait_for()
    page.locator("#document[hidden]").wait_for(state="attached")
    assert "subnet-0a200001" not in page.get_by_role("textbox", name="Document").inner_text()
    assert page.locator(".editor .marked.deny").count() == 0


def test_what_is_edited_is_checked_and_marks_move_with_their_lines(page: Any) -> None:
    use(page)
    check(page, "Denied")
    page.get_by_role("textbox", name="Document").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Enter")
    assert page.locator(".editor .cm-line.marked.deny").inner_text().strip() == '"subnet-0a200001"'
    page.locator(".editor .cm-line", has_text='"subnet-0a200001"').click()
    page.keyboard.press("End")
    page.keyboard.press("Shift+Home")
    page.keyboard.type('"subnet-0b100001"')
    check(page, "Allowed")
    assert '"subnet-0b100001"' in page.evaluate(VALUE)


def test_the_keyboard_goes_in_and_out(page: Any) -> None:
    use(page)
    before = page.evaluate(VALUE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+f")
    page.keyboard.type("subnet-0a2")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert page.evaluate(VALUE) == before


def test_a_file_is_taken_into_the_editor(page: Any, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text("Resources:\n  <b>x</b>: \u202e1\n")
    use(page)
    check(page, "Denied")
    page.get_by_label("Choose a file").set_input_files(file)
    page.locator(".editor .cm-line", has_text="Resources").wait_for()
    assert page.locator(".editor .marked").count() == 0
    assert page.locator(".editor .cm-line").nth(1).inner_text().replace("\u2022", "") == "  <b>x</b>: 1"
    assert page.locator(".editor .cm-specialChar").get_attribute("title") == "Control character right-to-left override"
    assert page.evaluate(VALUE) == file.read_text()


def test_a_text_of_a_megabyte_can_be_typed_into(page: Any) -> None:
    page.evaluate("document.getElementById('document').value = '[' + '\"0123456789abcdef\",\\n'.repeat(50000) + '0]'")
    editor = use(page)
    took = editor.evaluate(
        "(one) => { const from = performance.now(); document.execCommand('insertText', false, 'x');"
        " return performance.now() - from; }"
    )
    assert page.evaluate(VALUE).count("x") == 1
    assert took < 1000  # ms; 20 or so where nothing else runs


def test_the_page_works_without_it(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    story.sign_in(page, address)
    page.goto(f"{address}/{EXAMPLE}")
    page.locator("#document").focus()
    check(page, "Denied")
    assert "subnet-0a200001" in page.get_by_role("textbox", name="Document").input_value()
    context.close()


def test_the_text_area_stays_where_the_editor_cannot_be_had(browser: Any, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/codemirror*", lambda route: route.abort())
    story.sign_in(page, address)
    page.goto(f"{address}/{EXAMPLE}")
    with page.expect_request_finished(lambda request: "editor" in request.url):
        page.locator("#document").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type(" ")
    check(page, "Denied")
    assert page.get_by_role("textbox", name="Document").input_value().startswith(" {")
    context.close()


@pytest.mark.parametrize("page", [WIDE, NARROW], indirect=True, ids=["light and wide", "dark and narrow"])
def test_it_is_for_everybody(page: Any) -> None:
    if story.AXE is None:
        pytest.skip("axe-core is not there: tools/axe fetches it")
    use(page)
    check(page, "Denied")
    page.locator(".editor .said.deny").wait_for()
    page.get_by_role("textbox", name="Document").focus()
    page.keyboard.press("Control+f")
    page.evaluate(story.AXE.read_text())
    told = page.evaluate("axe.run().then((found) => found.violations.map((v) => [v.id, v.impact, v.nodes[0].html]))")
    assert told == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
