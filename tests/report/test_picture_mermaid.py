"""The text of a diagram, as Mermaid itself reads and draws it, set as it is on GitHub: strict, with default limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from tests.browser import MERMAID, asked, opened
from tests.contrast import contrast
from tests.report import pictures
from tests.report.pictures import HOSTILE, SAMPLES, drawable, flat, thing
from ultrastack.model.picture import Link, Node, Picture
from ultrastack.report import picture_mermaid, picture_words
from ultrastack.report.picture_fold import folded

GITHUB = {"light": "#ffffff", "dark": "#0d1117"}
DRAW = """async ([text, theme]) => {
  mermaid.initialize({startOnLoad: false, securityLevel: 'strict', theme});
  document.body.innerHTML = (await mermaid.render('drawn', text)).svg;
  const all = [...document.body.querySelectorAll('*')];
  return {
    tags: [...new Set(all.map(one => one.tagName.toLowerCase()))],
    attributes: [...new Set(all.flatMap(one => one.getAttributeNames()))],
    labels: [...document.querySelectorAll('.nodeLabel, .edgeLabel')].map(one => one.textContent),
    harm: window.harm ?? null,
    box: document.querySelector('svg').getBBox().width,
  };
}"""
Draw = Callable[..., dict[str, Any]]
LIMITS = [120, 300, 1_000, 4_000, 12_000, 50_000]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = opened(browser, "<!doctype html><title>drawn</title><body></body>")
    page.add_script_tag(content=MERMAID.read_text(encoding="utf-8"))
    yield page
    assert asked(page) == [], "a diagram asks for nothing"


@pytest.fixture(scope="module")
def draw(page: Page) -> Draw:
    return lambda text, theme="default": page.evaluate(DRAW, [text, theme])


def seen(text: str) -> str:
    """As compared: letters and signs, however they are spaced."""
    return re.sub(r"[\s\u200b]+", "", text)


@pytest.mark.parametrize("theme", ["default", "dark"])
@pytest.mark.parametrize("name", SAMPLES)
def test_mermaid_draws_each_with_all_its_words(name: str, theme: str, draw: Draw) -> None:
    drawn = draw(picture_mermaid.render(SAMPLES[name]), theme)
    everything = seen("".join(drawn["labels"]))
    small = next(
        one
        for deep, most in picture_mermaid._FOLDINGS
        if picture_mermaid._text(one := folded(SAMPLES[name], most, deep)) == picture_mermaid.render(SAMPLES[name])
    )
    for node in small.walk():
        assert seen(picture_words.plain(node.label)[:30]) in everything
        assert seen(picture_words.MARKS.get(node.mark, "")) in everything
    assert (drawn["box"] > 0) == bool(SAMPLES[name].nodes)


def test_harm_is_only_words(draw: Draw) -> None:
    drawn = draw(picture_mermaid.render(pictures.hostile(), 50_000))
    assert drawn["harm"] is None
    own = {
        "svg",
        "style",
        "g",
        "marker",
        "path",
        "circle",
        "rect",
        "polygon",
        "foreignobject",
        "div",
        "span",
        "p",
        "br",
    }
    assert set(drawn["tags"]) <= own | {"text", "tspan", "defs", "filter", "fedropshadow", "lineargradient", "stop"}
    assert [one for one in drawn["attributes"] if one.startswith("on") or "href" in one or one == "src"] == []
    assert not any("math" in tag for tag in drawn["tags"]), "no formula"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_label_is_drawn_literally(text: str, draw: Draw) -> None:
    words = [text, f"a{text}", text[::-1]]
    nodes = tuple(Node(f"k{i}", kind, one) for i, one in enumerate(words) for kind in ["domain"])
    around = Node("around", "zone", text, children=nodes)
    drawn = draw(picture_mermaid.render(Picture((around,), (Link("k0", "k1", text),))))
    expected = [seen(picture_words.plain(one, 48)) for one in words if picture_words.plain(one)]
    labels = [seen(one) for one in drawn["labels"]]
    assert [one for one in expected if one not in labels] == []
    if short := seen(picture_words.plain(text, 32).removesuffix("…")):
        assert short in labels or f"{short}…" in labels, "at the link"
        assert "".join(labels).count(short) >= 4, "two things, the place around them, the link"
    assert drawn["harm"] is None


@pytest.mark.parametrize("text", HOSTILE)
def test_only_our_own_words_stand_outside_of_quotes(text: str) -> None:
    written = picture_mermaid.render(Picture((Node("k", "zone", text, (text,), children=(thing("domain", text),)),)))
    rest = re.sub(r'"[^"]*"', "", "\n".join(written.splitlines()[1:]))
    assert re.sub(r"#[0-9a-f]{6}|[\w\s,:;.()\[\]{}-]", "", rest) == ""
    assert all(re.fullmatch(r"(?:[\w ,#;]|<br/>|[^\x00-\x7f])*", one) for one in re.findall(r'"([^"]*)"', written)[6:])
    assert all(line.isprintable() for line in written.splitlines())


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", SAMPLES)
def test_it_is_never_longer_than_asked_and_still_a_diagram(name: str, limit: int, page: Page) -> None:
    text = picture_mermaid.render(SAMPLES[name], limit)
    assert len(text) <= limit
    if text:
        assert page.evaluate("async text => (await mermaid.parse(text)).diagramType", text) == "flowchart-v2"


@settings(max_examples=60, deadline=None)
@given(data=st.data(), limit=st.integers(0, 20_000))
def test_whatever_is_drawn_mermaid_can_read_it(data: st.DataObject, limit: int, page: Page) -> None:
    text = picture_mermaid.render(data.draw(drawable()), limit)
    assert len(text) <= limit
    assert not text or page.evaluate("async text => (await mermaid.parse(text)).diagramType", text) == "flowchart-v2"


@pytest.mark.parametrize("count", [1, 12, 13, 14, 200, 5_000])
def test_what_is_folded_is_counted(count: int) -> None:
    text = picture_mermaid.render(flat("storage", count))
    more = re.search(r"and (\d+(?:,\d+)*) more", text)
    assert text.count("[(") + (int(more[1].replace(",", "")) if more else 0) == count


def test_what_has_a_mark_is_drawn_before_what_has_none() -> None:
    some = [thing("storage", f"s-{i}", mark="gone" if i in (150, 170) else "") for i in range(200)]
    text = picture_mermaid.render(Picture(tuple(some)))
    assert "s#45;150" in text and "s#45;170" in text and "and 188 more" in text


def test_marks_that_are_folded_are_counted_in_words() -> None:
    text = picture_mermaid.render(Picture(tuple(thing("storage", f"s-{i}", mark="gone") for i in range(200))))
    assert "188 #45; gone" in text


def test_links_of_what_is_folded_go_to_what_stands_for_it() -> None:
    text = picture_mermaid.render(pictures.large(together=False))
    ids = dict(re.findall(r'(n\d+)[\[({]+"([^"]*)"', text))
    more = next(key for key, words in ids.items() if "more" in words)
    assert len(re.findall(rf"  {more} -->", text)) == 3


def test_no_link_joins_a_thing_with_what_it_stands_in() -> None:
    """Mermaid refuses those."""
    inner = Node("in", "zone", "in", children=(thing("storage", "a", key="a"),))
    links = (Link("a", "in"), Link("in", "a"), Link("out", "a"), Link("a", "a"), Link("a", "nowhere"))
    text = picture_mermaid.render(Picture((Node("out", "region", "out", children=(inner,)),), links))
    assert "-->" not in text


def test_words_are_seen_on_their_ground_and_lines_in_both_schemes() -> None:
    for name, style in picture_mermaid.CLASSES.items():
        said = dict(one.split(":") for one in style.split(","))
        assert contrast(said["color"], said["fill"]) >= 7, name
        assert contrast(said["stroke"], said["fill"]) >= 3, name
    line = picture_mermaid.LINK.removeprefix("stroke:")
    for ground in (*GITHUB.values(), "#f6f8fa"):
        assert contrast(line, ground) >= 3


def test_no_mark_is_told_by_its_colour_alone() -> None:
    lines = {
        name: re.sub(r"(fill|stroke|color):#\w+,?", "", style)
        for name, style in picture_mermaid.CLASSES.items()
        if name not in ("place", "thing", "more")
    }
    assert len(set(lines.values())) == len(lines)
