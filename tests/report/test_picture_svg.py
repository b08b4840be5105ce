"""A drawn picture, measured in a browser: nothing overlaps or overflows, lines cross no box, words are seen."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as xml
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from tests.browser import opened, overflow, violations
from tests.contrast import contrast
from tests.report.pictures import HOSTILE, SAMPLES, drawable, flat, place, thing
from ultrastack.model.picture import Link, Node, Picture
from ultrastack.report import picture_letters, picture_svg
from ultrastack.report.picture_fold import folded
from ultrastack.report.picture_layout import Layout, laid_out
from ultrastack.report.picture_routes import routes
from ultrastack.report.picture_style import COLOURS, LINES

SVG = "{http://www.w3.org/2000/svg}"
SIZES = {"one of each": flat("domain", 1), "two": flat("slice", 2), "30 endpoints": flat("endpoint", 30)}
DENSE = Picture(
    (
        place(
            "cloud",
            "AWS",
            *[place("zone", f"z{i}", *[thing("machines", f"m{i}{j}") for j in range(5)]) for i in range(4)],
        ),
        place("cloud", "Google Cloud", *[thing("storage", f"s{i}") for i in range(7)]),
    ),
    tuple(
        Link(f"machines/m{i}{j}", f"storage/s{(i + j) % 7}", f"reads /{'long/' * j}data-{i}")
        for i in range(4)
        for j in range(5)
    )
    + (Link("zone/z0", "zone/z3", "mirrors"), Link("cloud/AWS", "storage/s0", "all of it")),
)
ALL = {**SAMPLES, **SIZES, "dense": DENSE}
MEASURE = """() => {
  const from = document.querySelector('svg').getBoundingClientRect();
  const box = one => { const r = one.getBoundingClientRect(); return [r.left - from.left, r.top - from.top, r.right - from.left, r.bottom - from.top] };
  const groups = [...document.querySelectorAll('svg > g')].map(g => ({
    box: box(g.querySelector(':scope > rect')),
    thing: g.classList.contains('us-thing'),
    texts: [...g.querySelectorAll('text')].map(t => [...box(t), t.textContent]),
  }));
  const told = [...document.querySelectorAll('.us-told, .us-note')].map(t => [...box(t), t.textContent]);
  return {groups, told, size: [from.width, from.height]};
}"""  # noqa: E501


def page_of(svg: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><title>A picture</title><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>:root {{ color-scheme: light dark }} {picture_svg.STYLE}</style></head>"
        '<body><main><h1>A picture</h1><div style="overflow-x: auto" tabindex="0" role="region" aria-label="It">'
        f"{svg}</div></main></body></html>"
    )


def drawn(browser: Browser, picture: Picture, **more: Any) -> Page:
    return opened(browser, page_of(picture_svg.render(picture, "A title")), **more)


def apart(one: list[float], two: list[float], by: float = 0) -> bool:
    return one[2] + by <= two[0] or two[2] + by <= one[0] or one[3] + by <= two[1] or two[3] + by <= one[1]


def within(one: list[float], two: list[float]) -> bool:
    return two[0] <= one[0] and two[1] <= one[1] and one[2] <= two[2] and one[3] <= two[3]


@pytest.mark.parametrize("name", ALL)
def test_nothing_overlaps_and_nothing_overflows(name: str, browser: Browser) -> None:
    page = drawn(browser, ALL[name])
    seen = page.evaluate(MEASURE)
    whole = [0, 0, *seen["size"]]
    for group in seen["groups"]:
        assert within(group["box"], whole)
        for text in group["texts"]:
            assert within(text[:4], group["box"]), text[4]
        for one, two in itertools.combinations(group["texts"], 2):
            assert apart(one[:4], two[:4], -2.5), (one[4], two[4])  # the letters' boxes are higher than the letters
    for one, two in itertools.combinations([group["box"] for group in seen["groups"]], 2):
        assert apart(one, two, 6) or within(one, two) or within(two, one)
    for text in seen["told"]:
        assert within(text[:4], whole), text[4]
        for group in seen["groups"]:
            assert all(apart(text[:4], other[:4]) for other in group["texts"]), text[4]
            assert not group["thing"] or apart(text[:4], group["box"]), text[4]
    for one, two in itertools.combinations(seen["told"], 2):
        assert apart(one[:4], two[:4], -2), (one[4], two[4])
    page.close()


@pytest.mark.parametrize("name", [name for name in ALL if ALL[name].links])
def test_no_line_runs_through_a_thing_or_the_words_of_a_place(name: str) -> None:
    sound(laid_out(folded(ALL[name], picture_svg.MOST_NEIGHBOURS, 99)))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_drawn_nothing_overlaps(data: st.DataObject) -> None:
    sound(laid_out(data.draw(drawable())))


def sound(layout: Layout) -> None:
    for around in layout.root.walk():
        inside = [box for row in around.rows for box in row]
        for box in inside:
            assert within([box.x, box.y, box.right, box.bottom], [around.x, around.y, around.right, around.bottom])
        for one, two in itertools.combinations(inside, 2):
            assert apart([one.x, one.y, one.right, one.bottom], [two.x, two.y, two.right, two.bottom])
        for line in around.lines:
            assert line.x + line.width <= around.width and line.y < around.height
    boxes = list(layout.root.walk())[1:]
    taken = [[box.x, box.y, box.right, box.bottom] for box in boxes if not box.rows]
    taken += [
        [box.x + line.x, box.y + line.y - 10, box.x + line.x + line.width, box.y + line.y + 2]
        for box in boxes
        for line in box.lines
    ]
    drawn = routes(layout)
    assert len(drawn) == len(layout.links)
    for route in drawn:
        for (x, y), (u, v) in zip(route.points, route.points[1:], strict=False):
            assert x == u or y == v, "straight down or across"
            line = [min(x, u), min(y, v), max(x, u), max(y, v)]
            assert all(apart(line, one) for one in taken), (route.source, route.target)
            assert within(line, [0, 0, layout.root.width, layout.root.height])
        for (x, y), key in zip((route.points[0], route.points[-1]), (route.source, route.target), strict=True):
            box = layout.lines[key][-1]
            assert box.x < x < box.right and y == box.bottom, "it begins and ends at its own boxes"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["small", "change", "hostile"])
def test_axe_finds_nothing(name: str, dark: bool, browser: Browser) -> None:
    page = drawn(browser, ALL[name], dark=dark)
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize("name", ALL)
def test_on_a_telephone_it_scrolls_in_its_own_box_and_its_letters_stay_large(name: str, browser: Browser) -> None:
    page = drawn(browser, ALL[name], width=390)
    assert overflow(page) == 0
    sizes = page.evaluate(
        "[...document.querySelectorAll('svg text')].map(t => parseFloat(getComputedStyle(t).fontSize))"
    )
    scale = page.evaluate(
        "(s => s.getBoundingClientRect().width / s.viewBox.baseVal.width)(document.querySelector('svg'))"
    )
    assert scale == pytest.approx(1, abs=0.001) and all(11 <= size <= 14 for size in sizes)
    page.close()


@pytest.mark.parametrize("name", ALL)
def test_it_is_xml_of_a_few_elements_and_attributes(name: str) -> None:
    text = picture_svg.render(ALL[name], HOSTILE[0])
    root = xml.fromstring(text)
    tags = {one.tag.removeprefix(SVG) for one in root.iter()}
    assert tags <= set("svg g rect path ellipse circle text title desc".split())
    attributes = {key for one in root.iter() for key in one.attrib}
    drawn = set("class id x y width height rx ry cx cy r d transform viewBox role aria-labelledby".split())
    assert attributes <= drawn
    assert re.findall(r"url\(|https?://(?!www\.w3\.org/2000/svg|example\.com)", text) == []
    assert not any(ord(c) < 32 and c != "\n" or c in "\u202e\u2066\ufeff" for c in text)


def test_harm_is_only_words(browser: Browser) -> None:
    page = drawn(browser, ALL["hostile"])
    assert page.evaluate("window.harm ?? null") is None
    assert page.evaluate("document.querySelectorAll('script, img, a').length") == 0
    said = page.inner_text("main")
    assert "window.harm=1" in page.evaluate("document.querySelector('svg').textContent") and "A picture" in said


def test_everything_is_told_at_each_thing_and_to_who_does_not_see_it() -> None:
    root = xml.fromstring(picture_svg.render(ALL["small"], "What dev has"))
    names = root.attrib["aria-labelledby"].split()
    told = {one.attrib["id"]: one.text or "" for one in root if "id" in one.attrib}
    assert root.attrib["role"] == "img" and list(told) == names
    assert told[names[0]] == "What dev has"
    assert "region us-east-2, holding use2-az3, datasets" in told[names[1]]
    assert "training mounts /fsx data" in told[names[1]] and "34 rules, roles and log groups" in told[names[1]]
    tooltips = [group.findtext(f"{SVG}title") for group in root.findall(f"{SVG}g")]
    assert "storage data\nFSx for Lustre PERSISTENT_2\n9,600 GiB, 1,000 MB/s per TiB" in tooltips
    assert len(tooltips) == sum(1 for _ in ALL["small"].walk())


def test_two_pictures_in_one_page_have_ids_of_their_own_and_each_is_the_same_in_every_run() -> None:
    one, two = (picture_svg.render(ALL["small"], title) for title in ("one", "two"))
    assert not set(re.findall(r' id="([^"]+)"', one)) & set(re.findall(r' id="([^"]+)"', two))
    assert one == picture_svg.render(ALL["small"], "one")


def test_marks_are_words_and_lines_not_only_colours() -> None:
    text = picture_svg.render(ALL["change"], "change")
    for said in ("+ added", "~ changed", "&gt; moved", "?- may be replaced", "+- replaced", "- gone"):
        assert text.count(f">{said}</text>") >= 2, said
    assert len(set(LINES.values())) == len(LINES)


@pytest.mark.parametrize("count", [1, 25, 26, 200])
def test_of_many_neighbours_the_rest_is_counted(count: int) -> None:
    text = picture_svg.render(flat("domain", count), "many")
    more = re.search(r">… and (\d+) more</text>", text)
    assert len(re.findall(r">domain-\d+</text>", text)) + (int(more[1]) if more else 0) == count


def test_a_domain_shows_its_machines_and_a_slice_its_torus() -> None:
    def squares(node: Node) -> int:
        return picture_svg.render(Picture((node,)), "t").count('width="18" height="18"')

    assert squares(thing("domain", "a", "4 x trn2u.48xlarge")) == 4
    assert squares(thing("domain", "a", "18 x p6e-gb200.36xlarge")) == 5
    assert squares(thing("domain", "a", "no number")) == 0
    assert squares(thing("machines", "a", "trn2u.48xlarge", count=4)) == 4
    for said in ("4x4x8", "16x16", "1x1", "8960x2x1", "4x4x8_untwisted"):
        shape = said.removesuffix("_untwisted")
        assert f">{shape.replace('x', ' × ')}</text>" in picture_svg.render(
            Picture((thing("slice", "a", f"torus {said}"),)), "t"
        )


@pytest.mark.parametrize("scheme", [0, 1])
def test_words_and_lines_are_seen_on_every_ground_they_stand_on(scheme: int) -> None:
    colour = {name: both[scheme] for name, both in COLOURS.items()}
    grounds = ["ground", "outer", "inner", "card", *(f"{mark}-fill" for mark in LINES)]
    for ground in grounds:
        for ink in ("ink", "quiet"):
            assert contrast(colour[ink], colour[ground]) >= 4.5, (ink, ground)
        for line in ("link", "figure", "card-line", "place-line"):
            assert contrast(colour[line], colour[ground]) >= 3, (line, ground)
    for mark in LINES:
        assert contrast(colour[mark], colour[f"{mark}-fill"]) >= 4.5, mark
        for ground in ("ground", "outer", "inner", *(f"{other}-fill" for other in LINES)):
            assert contrast(colour[mark], colour[ground]) >= 3, (mark, ground)
    assert contrast(colour["ink"], colour["figure-fill"]) >= 4.5


def test_no_font_of_this_machine_is_wider_than_the_table(browser: Browser) -> None:
    texts = [text.replace("\n", " ") for text in HOSTILE if text.isprintable()]
    texts += ["".join(map(chr, range(32, 127))), "UltraServer 4 x trn2u.48xlarge", "éàüßÑøł", "ЖЩшяΩλ漢字ア한글", "…·×"]
    wide = """([texts, bold]) => { const c = document.createElement('canvas').getContext('2d');
      const fonts = ['system-ui', 'sans-serif', 'Arial', 'DejaVu Sans', 'Liberation Sans'];
      const wide = (t, f) => { c.font = `${bold} 100px "${f}"`; return c.measureText(t).width };
      return texts.map(t => Math.max(...fonts.map(f => wide(t, f))));
    }"""
    page = opened(browser, "<!doctype html><title>t</title>")
    for bold in (False, True):
        for text, width in zip(texts, page.evaluate(wide, [texts, "bold" if bold else ""]), strict=True):
            assert width <= picture_letters.width(text, 100, bold) + 0.5, text
