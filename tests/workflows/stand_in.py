"""The APIs of GitHub and GitLab on the loopback interface, as far as we ask them, and a clock that does not wait."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .files import script

TOKEN = "a-token-for-nobody-else"


class Clock(script("api").Clock):  # type: ignore[misc]
    def __init__(self) -> None:
        self.time = 1_800_000_000.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds


@dataclass
class Say:
    """One answer instead of the right one."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    does: bool = False  # the request was done, and only its answer is lost


@dataclass
class Api:
    """What is there, and what is asked. Lists are given in pages of `page`."""

    lists: dict[str, list[Any]] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    elsewhere: dict[str, bytes] = field(default_factory=dict)  # where a download is redirected to
    instead: list[tuple[str, Say]] = field(default_factory=list)  # (pattern of "METHOD path", answer), each used once
    always: list[tuple[str, Say]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    with_token: set[str] = field(default_factory=set)
    me: dict[str, Any] = field(default_factory=dict)  # what is added to a comment of ours
    longest: int = 65_536
    page: int = 100
    url: str = ""

    def comments(self, path: str) -> list[str]:
        return [one["body"] for one in self.lists[path]]

    def answer(self, method: str, target: str, body: Any) -> Say:
        url = urlsplit(target)
        asked = f"{method} {url.path}"
        self.asked.append(asked)
        wrong = self._wrong(asked)
        if wrong is not None and not wrong.does:
            return wrong
        right = self._right(method, url.path, parse_qs(url.query), body)
        return wrong or right

    def _wrong(self, asked: str) -> Say | None:
        for at, (pattern, say) in enumerate(self.instead):
            if re.fullmatch(pattern, asked):
                del self.instead[at]
                return say
        return next((say for pattern, say in self.always if re.fullmatch(pattern, asked)), None)

    def _right(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> Say:
        if method == "GET" and path in self.lists:
            page = int(query.get("page", ["1"])[0])
            size = min(self.page, int(query["per_page"][0]))
            some = self.lists[path][(page - 1) * size : page * size]
            more = len(self.lists[path]) > page * size
            return Say(200, {"Link": f'<{self.url}{path}?page={page + 1}>; rel="next"'} if more else {}, some)
        if method == "GET" and path in self.things:
            return Say(200, {}, self.things[path])
        if method == "GET" and path in self.files:
            if path in self.elsewhere:
                return Say(302, {"Location": f"{self.url}/elsewhere{path}?sig=1"})
            return Say(200, {}, self.files[path])
        if method == "GET" and path.removeprefix("/elsewhere") in self.elsewhere:
            return Say(200, {}, self.elsewhere[path.removeprefix("/elsewhere")])
        if method in ("POST", "PATCH", "PUT"):
            return self._write(method, path, body)
        return Say(404, {}, {"message": "Not Found"})

    def _write(self, method: str, path: str, body: Any) -> Say:
        if len(body["body"]) > self.longest:
            return Say(422, {}, {"message": "Validation Failed"})
        if method == "POST":
            made = {"id": 1000 + sum(map(len, self.lists.values())), "body": body["body"], **self.me}
            self.lists[path].append(made)
            return Say(201, {}, made)
        number = int(path.rpartition("/")[2])
        (found,) = (one for some in self.lists.values() for one in some if one.get("id") == number)
        found["body"] = body["body"]
        return Say(200, {}, found)


@contextmanager
def served(api: Api) -> Iterator[Api]:
    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            if TOKEN in (self.headers.get("Authorization") or "") + (self.headers.get("PRIVATE-TOKEN") or ""):
                api.with_token.add(urlsplit(self.path).path)
            say = api.answer(self.command, self.path, body)
            content = say.body if isinstance(say.body, bytes) else json.dumps(say.body).encode()
            self.send_response(say.status)
            for name, value in say.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = do

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
