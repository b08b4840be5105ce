"""A page in a real browser: it can be read without a script, worked with by keyboard, and trusts no text in it."""

from __future__ import annotations

import hashlib
import re
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import asked, opened, overflow, violations
from tests.golden import same_as_golden
from tests.report import reviews
from ultrastack.model.cost import Cost
from ultrastack.model.estate import StackPlan
from ultrastack.model.graph import Graph
from ultrastack.model.plan import Plan
from ultrastack.model.review import Review
from ultrastack.report import review_html, review_html_parts
from ultrastack.report.review_html_rows import shown
from ultrastack.report.review_outline import KINDS, Row, rows

REVIEWS = {one.__name__: one for one in (reviews.small, reviews.several, reviews.hostile, reviews.quiet)}
UNSEEN = ("style", "script", "head", "title", "desc")
VOID = ("meta", "input", "wbr", "br", "link")
INLINE = "a code span strong em b del ins label option select button wbr text tspan".split()


class Visible(HTMLParser):
    """What a reader without JavaScript sees, all folds open: one line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.hidden: list[str] = []  # open elements, from the first that is not shown

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        if self.hidden or tag in UNSEEN or "hidden" in dict(attrs):
            self.hidden.append(tag)
        elif tag not in INLINE:
            self.text.append(" | " if tag in ("td", "th", "dd") else "\n")

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and tag not in VOID:
            self.hidden.pop()
        elif tag not in INLINE and tag not in ("td", "th", "dt"):
            self.text.append("\n")
        elif tag in ("text", "tspan"):
            self.text.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.text.append(" ".join(re.split(r"\s+", data)) if data.strip() else " ")


def text_of(html: str) -> str:
    """White space as one sign, empty lines left out."""
    found = Visible()
    found.feed(html)
    lines = (re.sub(r"\s+", " ", line).strip(" |") for line in "".join(found.text).splitlines())
    return "".join(f"{line}\n" for line in lines if line)


def with_words(page: Page, words: str) -> list[str]:
    page.get_by_role("searchbox").fill(words)
    return names(page)


def names(page: Page) -> list[str]:
    return [one.split(" …")[0] for one in page.locator("tbody.change:visible th code").all_inner_texts()]


def test_a_page() -> None:
    same_as_golden("report/review_small.html.txt", text_of(review_html.render(reviews.small())))


def test_a_page_of_several_stacks() -> None:
    same_as_golden("report/review_several.html.txt", text_of(review_html.render(reviews.several())))


def test_the_same_review_gives_the_same_page() -> None:
    assert review_html.render(reviews.several()) == review_html.render(reviews.several())


@pytest.mark.parametrize("name", REVIEWS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_everybody_can_read_it_at_every_width(browser: Browser, name: str, dark: bool, width: int) -> None:
    page = opened(browser, review_html.render(REVIEWS[name]()), dark=dark, width=width)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert violations(page) == []
    assert overflow(page) <= 0
    assert asked(page) == []
    page.context.close()


def test_without_javascript_all_is_there_and_nothing_promises_more(browser: Browser) -> None:
    page = opened(browser, review_html.render(reviews.small()), javascript=False)
    assert page.locator("tbody.change:visible").count() == len(rows_of(reviews.small()))
    assert page.locator("button:visible, input:visible, select:visible").count() == 0
    page.get_by_text("As before: 1 finding").click()
    assert page.get_by_text("nobody is called platform").is_visible()
    page.context.close()


def rows_of(review: Review) -> list[Row]:
    return [row for _, plan in review.compared() if plan.comparison for row in rows(plan.comparison)]


def test_changes_are_filtered_and_the_count_is_told(browser: Browser) -> None:
    page = opened(browser, review_html.render(reviews.small()))
    count = page.get_by_role("status")
    assert count.inner_text() == "13 rows"
    assert with_words(page, "storagecapacity 4800") == ["data-file-system"]
    assert count.inner_text() == "1 of 13 rows"
    assert with_words(page, "no such word") == []
    assert page.get_by_text("No change here is what the filter asks for.").is_visible()
    page.get_by_role("searchbox").press("Escape")
    assert len(names(page)) == 13
    page.get_by_role("combobox", name="Risk").select_option("capacity given back")
    assert names(page) == ["slice", "training-node-0"]
    page.get_by_role("combobox", name="Change").select_option("delete")
    assert names(page) == ["slice"]
    page.get_by_role("combobox", name="Risk").select_option("none known")
    assert names(page) == ["old-logs"]
    page.get_by_role("combobox", name="Step").select_option("training")
    assert names(page) == []
    page.context.close()


def test_columns_are_sorted_by_what_they_mean(browser: Browser) -> None:
    page = opened(browser, review_html.render(reviews.small()))
    before = names(page)
    kinds = page.locator("tbody.change")
    head = page.get_by_role("columnheader", name="Change")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    found = [KINDS.index(one) for one in kinds.evaluate_all("all => all.map(one => one.dataset.kind)")]
    assert found == sorted(found)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    found = [KINDS.index(one) for one in kinds.evaluate_all("all => all.map(one => one.dataset.kind)")]
    assert found == sorted(found, reverse=True)
    page.get_by_role("columnheader", name="Resource").get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    assert names(page) == sorted(before)
    page.get_by_role("columnheader", name="Risk").get_by_role("button").click()
    assert names(page)[:2] == before[:2], "the worst first, as it was"
    page.context.close()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser: Browser) -> None:
    page = opened(browser, review_html.render(reviews.small()))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "report"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "words"
    page.keyboard.type("a/b")
    assert page.get_by_role("searchbox").input_value() == "a/b"
    page.keyboard.press("Escape")
    page.reload()
    wanted = page.evaluate(
        "[...document.querySelectorAll('a, button, input, select, summary, [tabindex=\"0\"]')]"
        ".filter(one => one.checkVisibility()).length"
    )
    seen = set()
    for _ in range(wanted):
        page.keyboard.press("Tab")
        at, outline = page.evaluate(
            "(() => { const one = document.activeElement; const all = [...document.querySelectorAll('*')];"
            "return [all.indexOf(one), getComputedStyle(one).outlineStyle] })()"
        )
        seen.add(at)
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")
    assert len(seen) == wanted
    page.context.close()


def test_the_scheme_can_be_switched(browser: Browser) -> None:
    page = opened(browser, review_html.render(reviews.small()), dark=True)
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_role("button", name="Light").click()
    assert page.evaluate(ground) == "rgb(255, 255, 255)" != dark
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert violations(page) == []
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(ground) == dark
    page.context.close()


def test_what_is_printed_has_everything_and_no_controls(browser: Browser) -> None:
    page = opened(browser, review_html.render(reviews.small()))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.get_by_text("nobody is called platform").is_visible()
    assert not page.get_by_role("searchbox").is_visible() and not page.locator("#theme").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0
    page.context.close()


def test_hostile_texts_stay_texts(browser: Browser) -> None:
    """They run nothing, fetch nothing, make no element and no attribute, and hide or reorder nothing."""
    html = review_html.render(reviews.hostile())
    page = opened(browser, html)
    wrong: list[str] = []
    page.on("dialog", lambda one: wrong.append(one.message))
    page.on("pageerror", lambda one: wrong.append(str(one)))
    page.on("console", lambda one: wrong.append(one.text))
    page.reload()
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for name in ("Change", "Resource", "Type", "Step", "Risk"):
        page.get_by_role("columnheader", name=name).get_by_role("button").click()
    assert len(with_words(page, "<script>alert(2)")) == 3
    assert (wrong, asked(page)) == ([], [])
    assert page.locator("script").count() == 1 and page.locator("style").count() == 1
    assert page.locator("img, iframe, object, embed, link, form, base").count() == 0
    assert page.locator("main b, [onerror], [onmouseover], [onload], [style]").count() == 0
    assert (
        page.evaluate("[...document.links].map(one => one.protocol).filter(one => !'https: http:'.includes(one))") == []
    )
    assert page.evaluate("[...document.links].filter(one => one.hostname.includes('x.invalid'))") == []
    said = page.content()
    assert [sign for sign in "\u202e\u202c\u2066\u200f\u2028\x1b\x00" if sign in said] == []
    assert "\\u202e" not in said and "�esrever" in page.inner_text("main")
    page.context.close()


def test_a_script_that_is_not_the_pages_own_would_not_run(browser: Browser) -> None:
    html = review_html.render(reviews.small())
    for smuggled in ("<script>document.title='taken'</script>", "<img src=/x onerror=\"document.title='taken'\">"):
        page = opened(browser, html.replace("<main", f"{smuggled}<main", 1))
        page.wait_for_load_state("networkidle")
        assert page.title() == "example: what would change"
        assert asked(page) == []
        page.context.close()
    style, script = (re.search(f"<{one}>(.*?)</{one}>", html, re.DOTALL) for one in ("style", "script"))
    assert style and script
    for text in (style[1], script[1]):
        digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in html


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("::/0", "::/0"),
        ("a\N{ZERO WIDTH SPACE}b", "a�b"),
        ("\u202ex", "�x"),
        ("<a b='c' d=\"e\">&", "&lt;a b=&#x27;c&#x27; d=&quot;e&quot;&gt;&amp;"),
        ("one\ntwo", "one\ntwo"),
        ("\ud800", "�"),
    ],
)
def test_texts_are_escaped(given: str, said: str) -> None:
    assert review_html_parts.escaped(given) == said


@pytest.mark.parametrize(
    ("given", "linked"),
    [
        ("https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystem.html", True),
        ("http://example.com", False),
        ("javascript:alert(1)", False),
        ("https://user@example.com/", False),
        ("https://example.com/\u202e", False),
        ('https://x/" onclick="y', False),
    ],
)
def test_only_a_plain_address_is_a_link(given: str, linked: bool) -> None:
    assert review_html_parts.reference(given).startswith("<a ") is linked


def test_a_stack_without_comparison_is_not_left_out() -> None:
    review = reviews.several()
    alone = StackPlan("alone", Plan(Graph("example", "alone"), base="nothing, all new"))
    text = text_of(review_html.render(Review("example", reviews.BASE, (alone, *review.stacks))))
    assert "alone was compared with nothing" in text
    assert "It was compared with nothing." in text_of(review_html.render(Review("example", "main", (alone,))))


def test_an_unknown_cost_is_not_zero() -> None:
    text = text_of(review_html.render(reviews.quiet()))
    assert "not priced yet: what it costs is not known here" in text and not re.search(r"[$€]|\b0[.,]00", text)


def test_what_has_no_price_is_named_beside_what_has_one() -> None:
    cost = Cost(Decimal("1234.5"), Decimal(1000), ("chat", "<b>"))
    one = reviews.quiet().stacks[0]
    assert one.plan is not None
    review = Review("example", "main", (replace(one, plan=replace(one.plan, cost=cost)),))
    assert "$1,234.50 a month, before $1,000.00; not in it, and not free: chat and <b>" in text_of(
        review_html.render(review)
    )


# ---- a large change -------------------------------------------------------------------------------------------------


def test_a_large_change_is_one_page_that_answers_at_once(browser: Browser) -> None:
    html = review_html.render(reviews.large())
    assert len(html.encode()) < 2_000_000
    page = opened(browser, html)
    assert page.locator("tbody.change").count() == 2000
    took = page.evaluate(
        "() => { const field = document.getElementById('words'); const from = performance.now();"
        "field.value = 'store-a'; field.dispatchEvent(new Event('input')); document.body.offsetHeight;"
        "return performance.now() - from }"
    )
    assert took < 1000, f"{took:.0f} ms"
    assert 0 < len(names(page)) < 2000
    said = page.get_by_text("Not in this table").inner_text()
    assert re.fullmatch(r"Not in this table: .*\d to .*\. Every one of them:", said)
    assert page.get_by_text("--format json").is_visible()
    page.context.close()


def test_what_is_left_out_risks_nothing_and_is_counted() -> None:
    found = rows_of(reviews.large())
    (kept,) = shown([found], 300)
    assert len(kept.rows) == 300
    assert [row for row in found if row.risk] == [row for row in kept.rows if row.risk]
    left = sum(kept.left_out.values()) + sum(len(row.changes) for row in kept.rows)
    assert left == 5000
    assert {row.kind for row in kept.rows} == {row.kind for row in found}


@pytest.mark.parametrize("count", [10, 999])
def test_no_stack_takes_the_room_of_another(count: int) -> None:
    many, few = rows_of(reviews.large(count)), rows_of(reviews.small())
    _, small = shown([many, few], 60)
    assert len(small.rows) == len(few)


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_its_time_grows_with_its_size_only() -> None:
    small, large = reviews.large(1000), reviews.large(4000)
    timed(lambda: review_html.render(small))
    assert timed(lambda: review_html.render(large)) < 12 * timed(lambda: review_html.render(small))
