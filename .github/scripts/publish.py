"""How does a text become the one comment of ours: written, brought up to date, cut where it is too long?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import report
from api import TRIES, Api, Lost, Problem, Refused

TOO_LONG = (400, 413, 422)  # GitLab says 400


@dataclass(frozen=True)
class Thread:
    """The comments of one pull request or merge request: the two APIs differ in names only."""

    api: Api
    comments: str  # path of the list
    comment: str  # path of one, before its id
    update: str  # PATCH, PUT
    mine: Callable[[Any], bool]  # did we write this one?
    longest: int  # characters


def publish(thread: Thread, text: str, pointer: str) -> str:
    """What was done, in a word. `pointer`: a sentence that leads to the whole report."""
    short = report.shortened(text, pointer)
    if len(text) > thread.longest:
        return _write(thread, short) + ", cut: it is too long for a comment"
    try:
        return _write(thread, text)
    except Refused as e:
        if e.status not in TOO_LONG:
            raise
        return _write(thread, short) + ", cut: the API does not take the whole of it"


def _write(thread: Thread, text: str) -> str:
    """Looks again before each try: a comment that was written although no answer came is found, not doubled."""
    why = ""
    for tried in range(TRIES):
        found = _mine(thread)
        if found is not None and found["body"].replace("\r\n", "\n").strip() == text.strip():
            return "nothing to do: the comment says it already" if not tried else "written"
        try:
            if found is None:
                thread.api.send("POST", thread.comments, {"body": text})
                return "written"
            thread.api.send(thread.update, f"{thread.comment}/{found['id']}", {"body": text})
            return "brought up to date"
        except Lost as e:
            why = str(e)
            thread.api.pause(tried, why)
    raise Problem(f"given up after {TRIES} tries: {why}")


def _mine(thread: Thread) -> Any:
    """The first of ours with the marker; somebody else's with it is somebody else's."""
    for one in thread.api.pages(thread.comments):
        if isinstance(one, dict) and str(one.get("body", "")).startswith(report.MARKER) and thread.mine(one):
            return one
    return None
