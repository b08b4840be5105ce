"""What does a reader's browser make of a page? Debian's Chromium, without a network, and the rules of axe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
NODE_MODULES = Path(__file__).parents[1] / "tools/browser/node_modules"
AXE = NODE_MODULES / "axe-core/axe.min.js"
MERMAID = NODE_MODULES / "mermaid/dist/mermaid.min.js"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_HOST = "http://page.invalid/"  # the page's own address: answered here, never asked of a network
_ASKED, _SCRIPTED = "ultrastack_asked", "ultrastack_scripted"  # what `opened` notes on a page


# One per module, and closed at its end: while it is open, asyncio takes this thread's loop for a running one, and
# Pulumi's programs cannot be run in it.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    missing = [one for one in (CHROMIUM, AXE, MERMAID) if not one.exists()]
    if missing:
        why = f"{missing[0].name} is not installed (Debian's chromium; `npm ci` in tools/browser)"
        if os.environ.get("ULTRASTACK_REQUIRE_ENGINE") == "1":
            pytest.fail(f"{why}, and ULTRASTACK_REQUIRE_ENGINE=1 wants nothing skipped")
        pytest.skip(why)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


def opened(
    browser: Browser,
    html: str,
    *,
    width: int = 1280,
    height: int = 800,
    dark: bool = False,
    javascript: bool = True,
) -> Page:
    """A page in a context of its own; it may ask for nothing but itself, neither now nor later (see `asked`).

    Its own Content-Security-Policy holds for it, but not for what a test evaluates in it.
    """
    scheme: Literal["dark", "light"] = "dark" if dark else "light"
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=javascript
    )
    page = context.new_page()
    requests: list[str] = []
    setattr(page, _ASKED, requests)
    setattr(page, _SCRIPTED, javascript)

    def answer(route: Route) -> None:
        if route.request.url == _HOST:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            requests.append(route.request.url)
            route.abort()

    context.route("**/*", answer)
    page.goto(_HOST)
    assert requests == [], f"the page asked for {requests}"
    return page


def asked(page: Page) -> list[str]:
    """What it has asked for since, against the rule."""
    found: list[str] = getattr(page, _ASKED)
    return found


def violations(page: Page) -> list[str]:
    """What axe finds wrong, one line for each element: rule, help, where, what to do."""
    assert getattr(page, _SCRIPTED), "axe waits for ever on a page opened with javascript=False"
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    return [
        f"{one['id']}: {one['help']}; {node['target'][0]}: {node.get('failureSummary', '').splitlines()[-1].strip()}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """So many pixels is the page wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide
