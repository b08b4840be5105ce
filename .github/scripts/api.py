"""How is an API spoken to that is slow, busy or limits us? Bounded in time and size; standard library only."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PATIENCE = 15 * 60  # seconds of waiting in one run, all waits together
TRIES = 6
TIMEOUT = 30  # seconds of silence
PAGE = 100  # entries; the most that both APIs give
PAGES = 100
ANSWER = 32 * 1024 * 1024  # bytes of one answer
REDIRECTS = (301, 302, 303, 307, 308)


class Clock:
    """What time it is, and waiting; a test has another."""

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Problem(Exception):
    """Why nothing was done, in words."""


class Refused(Problem):
    """The API has understood, and says no."""

    def __init__(self, what: str, status: int) -> None:
        super().__init__(what)
        self.status = status


class Lost(Problem):
    """Nobody knows whether what was asked was done."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in small letters
    body: bytes

    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError as e:
            raise Problem(f"the API answered {self.status} with what is no JSON") from e

    def said(self) -> str:
        """The API's own words, in one line."""
        try:
            found = json.loads(self.body)
            words = found.get("message") or found.get("error") or "" if isinstance(found, dict) else ""
        except ValueError:
            words = ""
        return one_line(str(words))


def one_line(text: str) -> str:
    """Foreign text for a log: a line of its own could be a command to the runner (`::error::`)."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are answers: followed blindly, the token would go along to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Api:
    def __init__(self, url: str, headers: Mapping[str, str], clock: Clock, patience: float = PATIENCE) -> None:
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise Problem(f"no URL of an API: {one_line(url)!r}")
        self._url = url.rstrip("/")
        self._headers = dict(headers)
        self._clock = clock
        self._left = patience
        self._opener = urllib.request.build_opener(_Stay)

    def get(self, path: str, **query: str) -> Any:
        return self._asked("GET", self._at(path, query)).json()

    def pages(self, path: str, **query: str) -> Iterator[Any]:
        """All entries of a list, from all its pages."""
        for page in range(1, PAGES + 1):
            answer = self._asked("GET", self._at(path, {**query, "per_page": str(PAGE), "page": str(page)}))
            entries = answer.json()
            if not isinstance(entries, list):
                raise Problem(f"{path} is no list")
            yield from entries
            if 'rel="next"' not in answer.headers.get("link", ""):  # both APIs have it
                return
        raise Problem(f"{path} has more than {PAGES * PAGE:,} entries")

    def send(self, method: str, path: str, body: Mapping[str, object]) -> Any:
        """POST, PATCH, PUT. A POST is not repeated blindly: `Lost` if it may have been done."""
        return self._asked(method, self._at(path, {}), json.dumps(body).encode(), again=method != "POST").json()

    def download(self, path: str, limit: int) -> bytes:
        """A file, from wherever the API says that it lies."""
        answer = self._asked("GET", self._at(path, {}), limit=limit, final=(200, *REDIRECTS))
        for _ in range(3):
            if answer.status not in REDIRECTS:
                return answer.body
            where = urllib.parse.urljoin(self._url, answer.headers.get("location", ""))
            if urllib.parse.urlsplit(where).scheme != urllib.parse.urlsplit(self._url).scheme:
                raise Problem(f"{path} lies somewhere that is not asked")
            answer = self._asked("GET", where, limit=limit, final=(200, *REDIRECTS), bare=True)
        raise Problem(f"{path} leads from one place to the next")

    def pause(self, tried: int, why: str) -> None:
        """Wait before another try: longer each time."""
        self._wait(2.0 ** (tried + 1), why)

    def _at(self, path: str, query: Mapping[str, str]) -> str:
        return f"{self._url}{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")

    def _asked(
        self,
        method: str,
        url: str,
        data: bytes | None = None,
        *,
        again: bool = True,
        limit: int = ANSWER,
        final: tuple[int, ...] = (200, 201),
        bare: bool = False,
    ) -> Answer:
        what = f"{method} {urllib.parse.urlsplit(url).path}"
        why = ""
        for tried in range(TRIES):
            try:
                answer = self._once(method, url, data, limit, bare)
            except (OSError, http.client.HTTPException) as e:
                why, seconds, lost = f"no answer ({one_line(str(e)) or type(e).__name__})", 2.0 ** (tried + 1), True
            else:
                if answer.status in final:
                    return answer
                why, lost = f"{answer.status} {answer.said()}".strip(), answer.status >= 500
                asked_for = self._asks_to_wait(answer, tried)
                if asked_for is None:
                    raise Refused(f"{what}: {why}", answer.status)
                seconds = asked_for
            if lost and not again:
                raise Lost(f"{what}: {why}")
            if tried + 1 < TRIES:
                self._wait(seconds, f"{what}: {why}")
        raise Problem(f"{what}: given up after {TRIES} tries; the last answer was: {why}")

    def _once(self, method: str, url: str, data: bytes | None, limit: int, bare: bool) -> Answer:
        headers = {} if bare else self._headers
        if data is not None:
            headers = {**headers, "Content-Type": "application/json"}
        request = urllib.request.Request(url, data=data, headers=headers, method=method)
        try:
            with self._opener.open(request, timeout=TIMEOUT) as got:
                return _read(got.status, dict(got.headers), got.read(limit + 1), limit)
        except urllib.error.HTTPError as e:
            with e:
                return _read(e.code, dict(e.headers), e.read(limit + 1), limit)

    def _asks_to_wait(self, answer: Answer, tried: int) -> float | None:
        """Seconds; None: asking again would not help.

        In the order of https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api; GitLab answers 429
        with Retry-After. A 403 that names no limit is a missing permission.
        """
        if answer.status >= 500:
            return 2.0 ** (tried + 1)
        if answer.status not in (403, 429):
            return None
        if (after := _seconds(answer.headers.get("retry-after"))) is not None:
            return after
        if answer.headers.get("x-ratelimit-remaining") == "0":
            reset = _seconds(answer.headers.get("x-ratelimit-reset"))
            if reset is not None:
                return max(1.0, reset - self._clock.now() + 1)
        if answer.status == 429 or "rate limit" in answer.said().lower():
            return 60.0 * (tried + 1)
        return None

    def _wait(self, seconds: float, why: str) -> None:
        if seconds > self._left:
            raise Problem(
                f"{why}; given up: {seconds:.0f} s more would be more than {PATIENCE // 60} minutes of waiting"
            )
        self._left -= seconds
        print(f"waiting {seconds:.0f} s: {why}", flush=True)
        self._clock.sleep(seconds)


def _read(status: int, headers: Mapping[str, str], body: bytes, limit: int) -> Answer:
    if len(body) > limit:
        raise Problem(f"an answer of more than {limit:,} bytes is not read")
    return Answer(status, {name.lower(): value for name, value in headers.items()}, body)


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.strip().isdecimal() else None
