"""The console in a real browser, over two real nodes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.browser.house import SECRET, places, secret_draft, visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

AXE = (Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js").read_text(
    encoding="utf-8"
)
WHOLE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOK_ALONE = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
"""What can differ between light and dark, desk and phone, on one and the same page."""
LOOKS = [("light", 1280), ("dark", 1280), ("dark", 360), ("light", 390)]
TITLES = {"vi": "Toàn cảnh chung", "lo": "ພາບລວມຮ່ວມ", "en": "Joint picture"}


@pytest.fixture
def vn(browser, home):
    context = visitor(browser, home, "vn")
    yield context.new_page()
    context.close()


def faults(page):
    """Collect what the page's console complains of: refused content, failed scripts, missing files."""
    found = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def test_one_time_link_opens_once(browser, home):
    link = home.link("vn")
    first, second = browser.new_context(), browser.new_context()
    page = first.new_page()
    page.goto(link)
    assert page.url == f"{home.url('vn')}/"
    assert page.get_by_role("heading", level=1).inner_text() == "Joint picture"
    again = second.new_page()
    assert again.goto(link).status == 401
    assert again.goto(home.url("vn")).status == 401
    assert "Joint picture" not in again.content()
    first.close()
    second.close()


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("party", "lang"), [("vn", "vi"), ("vn", "lo"), ("vn", "en"), ("la", "lo")])
def test_every_page_fits_complains_of_nothing_and_has_no_serious_barrier(browser, home, party, lang):
    """Every page, light and dark, on a desk and on a phone: WCAG 2.2 AA by axe, no sideways scrolling."""
    context = visitor(browser, home, party, lang=lang)
    page = context.new_page()
    complaints, barriers = faults(page), []
    for name, path in places(page, home.url(party)).items():
        complaints.clear()
        reply = page.goto(home.url(party) + path)
        assert reply.status == (404 if name == "missing" else 200), name
        assert page.locator("html").get_attribute("lang") == lang
        assert not [text for text in complaints if "404" not in text], (name, complaints)
        page.evaluate(AXE)
        for scheme, width in LOOKS:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, f"{name} scrolls sideways by {wide} px at {width}"
            rules = WHOLE if (scheme, width) == LOOKS[0] else LOOK_ALONE
            barriers += [(name, scheme, width, *found) for found in serious(page, rules)]
    page.goto(home.url(party))
    assert page.get_by_role("heading", level=1).inner_text() == TITLES[lang]
    context.close()
    assert barriers == []


def serious(page, rules):
    """The serious and critical violations that axe finds: rule, place, reason."""
    result = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", rules)
    return [
        (violation["id"], violation["nodes"][0]["html"][:160], violation["nodes"][0]["any"][:1])
        for violation in result["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


def test_sorting_works_by_keyboard_and_is_announced(vn, home):
    vn.goto(f"{home.url('vn')}/register")
    heading = vn.locator("th", has=vn.locator("#sort-kind"))
    assert heading.get_attribute("aria-sort") == "none"
    vn.locator("#sort-kind").focus()
    vn.keyboard.press("Enter")
    vn.wait_for_url("**sort=kind**")
    assert heading.get_attribute("aria-sort") == "ascending"
    rising = vn.locator("tbody tr td:nth-child(2)").all_inner_texts()
    assert rising == sorted(rising)
    vn.locator("#sort-kind").click()
    vn.wait_for_url("**dir=desc**")
    assert heading.get_attribute("aria-sort") == "descending"
    falling = vn.locator("tbody tr td:nth-child(2)").all_inner_texts()
    assert falling == sorted(falling, reverse=True)


def test_from_the_matrix_to_the_proof(vn, home):
    vn.goto(f"{home.url('vn')}/comparison")
    vn.locator("tbody th a").first.click()
    vn.wait_for_url("**/comparison/*")
    vn.locator("main a[href^='/comparison/statements/']").first.click()
    vn.wait_for_url("**/comparison/statements/*")
    assert vn.locator("main a[href^='/comparison/works/']").count()
    vn.locator("main dd a[href^='/record/']").last.click()
    vn.wait_for_url("**/record/**")
    vn.locator("[data-proof] button").click()
    verdict = vn.locator(".proof-verdict")
    verdict.and_(vn.locator("[data-held]")).wait_for()
    assert verdict.get_attribute("data-held") == "true"
    with vn.expect_download() as download:
        vn.get_by_role("link", name="Download the proof file").click()
    proof = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert proof["format"] == "comity/proof/v1"


def test_a_changed_proof_does_not_hold_in_the_browser(vn, home):
    vn.goto(f"{home.url('vn')}/record/vn/hq/1")
    vn.evaluate(
        """() => {
            const panel = document.querySelector("[data-proof]");
            const proof = JSON.parse(panel.dataset.proof);
            proof.index += 1;
            panel.dataset.proof = JSON.stringify(proof);
        }"""
    )
    vn.locator("[data-proof] button").click()
    vn.locator(".proof-verdict[data-held]").wait_for()
    assert vn.locator(".proof-verdict").get_attribute("data-held") == "false"


def test_everything_works_without_javascript(browser, home):
    context = visitor(browser, home, "vn", scripts=False)
    page = context.new_page()
    page.goto(f"{home.url('vn')}/register")
    page.locator("#sort-date").click()
    assert "sort=date" in page.url
    page.locator("#filter-kind").select_option("figure")
    page.get_by_role("button", name="Show").click()
    assert set(page.locator("tbody tr td:nth-child(2)").all_inner_texts()) == {"Figure"}
    page.locator("tbody th a").first.click()
    assert "/register/figure/" in page.url
    page.get_by_role("link", name=re.compile(r"hq · \d+|record \d+")).first.click()
    assert "/record/" in page.url
    page.get_by_role("link", name="What the other side sees").click()
    assert page.locator("tbody tr").count() > 7
    page.get_by_role("link", name="ລາວ", exact=True).click()
    assert page.locator("html").get_attribute("lang") == "lo"
    page.goto(f"{home.url('vn')}/sync")
    assert page.locator("html").get_attribute("lang") == "lo"
    page.locator("main form button").click()
    assert page.url.endswith("/sync")
    context.close()


def test_withheld_record_shows_nothing_to_the_other_party(browser, home, vn):
    index = home.append("vn", secret_draft())[0]
    vn.goto(f"{home.url('vn')}/record/vn/hq/{index}")
    assert SECRET in vn.content()
    vn.get_by_role("link", name="What the other side sees").click()
    assert "sealed: nothing but the commitment" in vn.locator("tbody").inner_text()
    assert SECRET not in vn.locator("tbody").inner_text()
    context = visitor(browser, home, "la")
    page = context.new_page()
    for path in (f"/record/vn/hq/{index}", "/record?lane=peer", "/register?text=withheld", "/"):
        page.goto(home.url("la") + path)
        assert SECRET not in page.content()
        assert "TLP:RED" not in page.content()
    page.goto(f"{home.url('la')}/record/vn/hq/{index}")
    assert "Not available here" in page.content()
    context.close()


def test_two_parties_look_different_and_keep_apart(browser, home):
    seen = {}
    for party in ("vn", "la"):
        context = visitor(browser, home, party)
        page = context.new_page()
        page.goto(home.url(party))
        band = page.locator(".masthead")
        seen[party] = (
            band.evaluate("element => getComputedStyle(element).backgroundColor"),
            page.locator(".party-name strong").inner_text(),
        )
        other = "la" if party == "vn" else "vn"
        assert page.goto(home.url(other)).status == 401, "a cookie of one node opens the other"
        context.close()
    assert seen["vn"][0] != seen["la"][0]
    assert seen["vn"][1] != seen["la"][1]


def test_lao_is_drawn_with_the_nodes_own_font(browser, home):
    context = visitor(browser, home, "la", lang="lo")
    page = context.new_page()
    page.goto(home.url("la"), wait_until="networkidle")
    assert page.evaluate("document.fonts.check('16px \"Noto Sans Lao Variable\"', 'ລາວ')")
    loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family).join()")
    assert "Noto Sans Lao Variable" in loaded
    context.close()


def test_paper_says_what_the_screen_says(vn, home):
    vn.goto(f"{home.url('vn')}/register?state=disputed")
    vn.emulate_media(media="print")
    assert vn.locator(".party-name").is_visible()
    assert vn.locator(".exercise-banner").is_visible()
    assert vn.locator(".chip-exercise").first.is_visible()
    assert not vn.locator(".main-nav").is_visible()
    assert not vn.locator(".filters").is_visible()


def test_skip_link_leads_to_the_content(vn, home):
    vn.goto(home.url("vn"))
    vn.keyboard.press("Tab")
    assert vn.evaluate("document.activeElement.className") == "skip"
    vn.keyboard.press("Enter")
    assert vn.url.endswith("#content")


def test_back_returns_to_the_list_as_it_was(vn, home):
    vn.goto(f"{home.url('vn')}/register")
    first = vn.locator("tbody th a").first.inner_text()
    vn.locator("#sort-date").click()
    vn.wait_for_url("**sort=date**")
    vn.go_back()
    vn.wait_for_url("**/register")
    vn.locator("tbody th a", has_text=first).first.wait_for()
    assert vn.locator("th", has=vn.locator("#sort-title")).get_attribute("aria-sort") == "ascending"
