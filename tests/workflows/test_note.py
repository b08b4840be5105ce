"""The one note on each merge request, against a stand-in of GitLab's API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .files import script
from .stand_in import TOKEN, Api, Clock, Say, served

note = script("note")
PROJECT = "/projects/9"
NOTES = f"{PROJECT}/merge_requests/4/notes"
DIFFS = f"{PROJECT}/merge_requests/4/diffs"
SHA = "a" * 40
REPORT = "<!-- ultrastack -->\nprod: 1 to replace; 1 loses data\n"
ME = {"author": {"id": 77}}
JOB = {"id": 50, "name": "preview", "status": "failed", "web_url": "https://gitlab.example.com/-/jobs/50"}
FILE = f"{PROJECT}/jobs/50/artifacts/report/comment.md"

Post = Callable[..., tuple[int, str]]


@pytest.fixture
def api() -> Iterator[Api]:
    made = Api(me=ME, longest=1_000_000)
    made.things = {"/user": {"id": 77}, f"{PROJECT}/merge_requests/4": {"iid": 4, "sha": SHA}}
    made.lists = {
        f"{PROJECT}/merge_requests": [{"iid": 4, "sha": SHA}],
        f"{PROJECT}/merge_requests/4/pipelines": [{"id": 30, "sha": SHA, "project_id": 9}],
        f"{PROJECT}/pipelines/30/jobs": [{**JOB, "id": 49, "name": "policy"}, JOB],
        NOTES: [],
        DIFFS: [{"new_path": "stacks/prod.yaml", "old_path": "stacks/prod.yaml"}],
    }
    made.files = {FILE: REPORT.encode()}
    with served(made) as served_one:
        yield served_one


@pytest.fixture
def post(api: Api, capsys: pytest.CaptureFixture[str]) -> Post:
    def posted(clock: Clock | None = None) -> tuple[int, str]:
        env = {"CI_API_V4_URL": api.url, "CI_PROJECT_ID": "9", "ULTRASTACK_NOTE_TOKEN": TOKEN}
        return note.main(env, clock or Clock()), capsys.readouterr().out

    return posted


def test_the_first_report_is_written(api: Api, post: Post) -> None:
    assert post() == (0, "merge request 4: written\n")
    assert api.comments(NOTES) == [REPORT]


def test_the_next_one_takes_its_place(api: Api, post: Post) -> None:
    others = [{"id": n, "body": "words", "author": {"id": 1}} for n in range(1, 130)]
    api.lists[NOTES] = [*others, {"id": 200, "body": "<!-- ultrastack -->\nold", **ME}]
    assert post() == (0, "merge request 4: brought up to date\n")
    assert api.comments(NOTES)[-1] == REPORT and len(api.lists[NOTES]) == 130
    assert post() == (0, "merge request 4: nothing to do: the comment says it already\n")


def test_somebody_elses_note_with_our_marker_stays(api: Api, post: Post) -> None:
    api.lists[NOTES] = [{"id": 1, "body": "<!-- ultrastack -->\nmine", "author": {"id": 1}}]
    assert post()[0] == 0
    assert api.comments(NOTES) == ["<!-- ultrastack -->\nmine", REPORT]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("/merge", "\\/merge"),
        ("  /approve now", "  \\/approve now"),
        ("\t/assign @kim", "\t\\/assign @kim"),
        ("```\n/close\n```", "```\n\\/close\n```"),
        ("\n\n/merge", "\n\n\\/merge"),
        ("a / b, and/or", "a / b, and/or"),
        ("/ alone", "/ alone"),
    ],
)
def test_no_line_is_a_quick_action(api: Api, post: Post, line: str, shown: str) -> None:
    api.files[FILE] = f"{REPORT}{line}\n".encode()
    post()
    assert api.comments(NOTES) == [f"{REPORT}{shown}\n"]


@pytest.mark.parametrize("name", [".gitlab-ci.yml", ".gitlab/jobs.yml", ".github/scripts/report.py"])
@pytest.mark.parametrize("side", ["new_path", "old_path"])
def test_what_makes_its_own_report_is_not_believed(api: Api, post: Post, name: str, side: str) -> None:
    api.lists[DIFFS].append({"new_path": "x", "old_path": "x", side: name})
    assert post()[0] == 0
    assert api.comments(NOTES)[0].startswith("<!-- ultrastack -->\n**Not repeated here**")
    assert f"GET {FILE}" not in api.asked


def test_what_was_pushed_while_the_files_were_listed_is_not_mixed_up(api: Api, post: Post) -> None:
    api.things[f"{PROJECT}/merge_requests/4"] = {"iid": 4, "sha": "b" * 40}
    assert post() == (0, "merge request 4: aaaaaaa is no longer the newest commit\n")
    assert api.comments(NOTES) == []


@pytest.mark.parametrize("other", [{"project_id": 8}, {"sha": "b" * 40}])
def test_pipelines_of_a_fork_and_of_older_commits_are_not_read(api: Api, post: Post, other: dict[str, Any]) -> None:
    api.lists[f"{PROJECT}/merge_requests/4/pipelines"][0] |= other
    assert post() == (0, "merge request 4: no finished preview of aaaaaaa in this project\n")
    assert api.comments(NOTES) == []


@pytest.mark.parametrize("status", ["running", "manual", "canceled"])
def test_an_unfinished_preview_is_waited_for(api: Api, post: Post, status: str) -> None:
    api.lists[f"{PROJECT}/pipelines/30/jobs"] = [{**JOB, "status": status}]
    assert post()[1] == "merge request 4: no finished preview of aaaaaaa in this project\n"


def test_a_preview_without_a_report_says_so(api: Api, post: Post) -> None:
    api.files = {}
    assert post()[0] == 0
    assert "**No report**: the preview ended as `failed` without one." in api.comments(NOTES)[0]


def test_one_that_cannot_be_written_stops_no_other(api: Api, post: Post) -> None:
    api.lists[f"{PROJECT}/merge_requests"] = [{"iid": 3, "sha": SHA}, {"iid": 5, "sha": None}, {"iid": 4, "sha": SHA}]
    code, said = post()
    assert code == 1
    assert said.splitlines()[0].startswith("merge request 3: no note: GET /projects/9/merge_requests/3/pipelines: 404")
    assert said.splitlines()[-1] == "merge request 4: written"


@pytest.mark.parametrize("content", [b"\xff", b"no marker", b"<!-- ultrastack -->\n\x00", b"x" * 2_000_000])
def test_what_is_no_report_of_ours_is_refused(api: Api, post: Post, content: bytes) -> None:
    api.files[FILE] = content
    code, said = post()
    assert code == 1 and said.startswith("merge request 4: no note: ")
    assert api.comments(NOTES) == []


def test_waits_where_it_is_limited_and_gives_up_in_words(api: Api, post: Post) -> None:
    clock = Clock()
    api.instead = [("POST .*", Say(429, {"Retry-After": "30"}, {"message": "429 Too Many Requests"}))]
    assert post(clock)[0] == 0 and clock.waits == [30]
    api.lists[NOTES].clear()
    api.always = [("POST .*", Say(503))]
    code, said = post(Clock())
    assert code == 1 and "given up after 6 tries" in said


def test_what_is_not_set_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert note.main({}, Clock()) == 1
    assert capsys.readouterr().out == "no note: ULTRASTACK_NOTE_TOKEN is not set; docs/pull-requests.md says how\n"


def test_a_token_that_is_not_taken_is_told(api: Api, post: Post) -> None:
    api.always = [("GET /user", Say(401, {}, {"message": "401 Unauthorized"}))]
    assert post() == (1, "no note: GET /user: 401 401 Unauthorized\n")
