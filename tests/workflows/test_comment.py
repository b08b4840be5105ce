"""The one comment on a pull request, against a stand-in of GitHub's API."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .files import SCRIPTS, script, steps
from .stand_in import TOKEN, Api, Clock, Say, served

comment = script("comment")
REPO = "/repos/somebody/project"
LIST = f"{REPO}/issues/12/comments"
SHA = "a" * 40
REPORT = "<!-- ultrastack -->\nprod: 1 to replace; 1 loses data\n\nall of it\n"
BOT = {"user": {"login": "github-actions[bot]", "type": "Bot"}}
WRITTEN, UPDATED = "pull request 12: written\n", "pull request 12: brought up to date\n"

Post = Callable[..., tuple[int, str]]


def archive(*files: tuple[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as opened:
        for name, content in files:
            opened.writestr(name, content)
    return made.getvalue()


def pull(number: int, *, sha: str = SHA, repo: str = "somebody/project", **other: Any) -> dict[str, Any]:
    head = {"sha": sha, "repo": {"full_name": repo}}
    return {
        "number": number,
        "state": "open",
        "head": head,
        "base": {"repo": {"full_name": "somebody/project"}},
    } | other


@pytest.fixture
def api() -> Iterator[Api]:
    made = Api(me=BOT)
    made.lists = {LIST: [], f"{REPO}/pulls": [pull(12)], f"{REPO}/pulls/12/files": [{"filename": "stacks/prod.yaml"}]}
    made.things = {f"{REPO}/pulls/12": pull(12)}
    left(made, archive(("report.html", "<html>"), ("comment.md", REPORT), ("review.json", "{}")))
    with served(made) as served_one:
        yield served_one


def left(api: Api, content: bytes, size: int | None = None) -> None:
    """What the preview left behind."""
    one = {"id": 5, "name": "ultrastack-report", "expired": False, "size_in_bytes": size or len(content)}
    api.things[f"{REPO}/actions/runs/7/artifacts"] = {"total_count": 1, "artifacts": [one]}
    api.files[f"{REPO}/actions/artifacts/5/zip"] = b""
    api.elsewhere[f"{REPO}/actions/artifacts/5/zip"] = content


@pytest.fixture
def post(api: Api, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Post:
    def posted(clock: Clock | None = None, **run: Any) -> tuple[int, str]:
        env = environment(api, tmp_path, **run)
        code = comment.main(env, clock or Clock())
        return code, capsys.readouterr().out

    return posted


def environment(api: Api, folder: Path, **run: Any) -> dict[str, str]:
    event = {
        "repository": {"id": 1},
        "workflow_run": {
            "id": 7,
            "head_sha": SHA,
            "head_branch": "bigger",
            "head_repository": {"full_name": "somebody/project"},
            "conclusion": "success",
            "display_title": "preview of #12 into main",
            "pull_requests": [{"number": 12, "base": {"repo": {"id": 1}}}],
            **run,
        },
    }
    file = folder / "event.json"
    file.write_text(json.dumps(event))
    return {
        "GITHUB_EVENT_PATH": str(file),
        "GITHUB_REPOSITORY": "somebody/project",
        "GITHUB_API_URL": api.url,
        "GITHUB_TOKEN": TOKEN,
    }


# ---- one comment -----------------------------------------------------------------------------------------------------


def test_the_first_report_is_written(api: Api, post: Post) -> None:
    assert post() == (0, WRITTEN)
    assert api.comments(LIST) == [REPORT]


def test_the_next_one_takes_its_place(api: Api, post: Post) -> None:
    api.lists[LIST] = [{"id": 1, "body": "looks good", "user": {"login": "kim"}}]
    api.lists[LIST] += [{"id": 2, "body": "<!-- ultrastack -->\nold", **BOT}]
    assert post() == (0, UPDATED)
    assert api.comments(LIST) == ["looks good", REPORT]


def test_the_same_report_again_changes_nothing(api: Api, post: Post) -> None:
    api.lists[LIST] = [{"id": 2, "body": REPORT.strip().replace("\n", "\r\n"), **BOT}]
    assert post() == (0, "pull request 12: nothing to do: the comment says it already\n")
    assert not [asked for asked in api.asked if not asked.startswith("GET")]


def test_ours_is_found_on_the_second_page(api: Api, post: Post) -> None:
    api.lists[LIST] = [{"id": n, "body": "words", "user": {"login": "kim"}} for n in range(1, 151)]
    api.lists[LIST] += [{"id": 200, "body": "<!-- ultrastack -->\nold", **BOT}]
    assert post() == (0, UPDATED)
    assert len(api.lists[LIST]) == 151 and api.comments(LIST)[-1] == REPORT


def test_a_server_may_give_shorter_pages_than_were_asked_for(api: Api, post: Post) -> None:
    api.page = 30
    test_ours_is_found_on_the_second_page(api, post)


@pytest.mark.parametrize("login", ["kim", "github-actions", "other[bot]", None])
def test_somebody_elses_comment_with_our_marker_stays(api: Api, post: Post, login: str | None) -> None:
    api.lists[LIST] = [{"id": 1, "body": "<!-- ultrastack -->\nmine", "user": login and {"login": login}}]
    assert post() == (0, WRITTEN)
    assert api.comments(LIST) == ["<!-- ultrastack -->\nmine", REPORT]


def test_a_comment_of_the_bots_that_only_quotes_the_marker_stays(api: Api, post: Post) -> None:
    api.lists[LIST] = [{"id": 1, "body": "see <!-- ultrastack -->", **BOT}]
    assert post() == (0, WRITTEN)


# ---- too long --------------------------------------------------------------------------------------------------------

CUT = """\
<!-- ultrastack -->
prod: 1 to replace; 1 loses data

The whole report is an artifact of [this run](https://github.com/somebody/project/actions/runs/7), `ultrastack-report`.
"""


def test_a_report_that_is_too_long_becomes_its_verdict(api: Api, post: Post) -> None:
    left(api, archive(("comment.md", REPORT + "x" * 70_000)))
    assert post() == (0, "pull request 12: written, cut: it is too long for a comment\n")
    assert api.comments(LIST) == [CUT]


@pytest.mark.parametrize("status", [413, 422])
def test_a_report_that_the_api_finds_too_long_becomes_its_verdict(api: Api, post: Post, status: int) -> None:
    api.instead = [("POST .*", Say(status, {}, {"message": "Validation Failed"}))]
    assert post() == (0, "pull request 12: written, cut: the API does not take the whole of it\n")
    assert api.comments(LIST) == [CUT]


def test_what_is_refused_even_when_short_is_told(api: Api, post: Post) -> None:
    api.always = [("POST .*", Say(422, {}, {"message": "Validation Failed\n::error::x"}))]
    code, said = post()
    assert code == 1
    assert said == f"no comment: POST {LIST}: 422 Validation Failed ::error::x\n"


# ---- an API that is busy ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [403, 429])
def test_waits_as_long_as_it_is_told(api: Api, post: Post, status: int) -> None:
    api.instead = [("POST .*", Say(status, {"Retry-After": "17"}, {"message": "secondary rate limit"}))]
    clock = Clock()
    code, said = post(clock)
    assert (code, clock.waits) == (0, [17])
    assert f"waiting 17 s: POST {LIST}: {status} secondary rate limit\n{WRITTEN}" == said


def test_waits_until_the_hour_of_requests_is_over(api: Api, post: Post) -> None:
    clock = Clock()
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(clock.time) + 300)}
    api.instead = [("GET .*/comments", Say(403, headers, {"message": "API rate limit exceeded"}))]
    assert post(clock)[0] == 0
    assert clock.waits == [301]


def test_waits_longer_each_time_where_it_is_told_nothing(api: Api, post: Post) -> None:
    clock = Clock()
    api.instead = [("POST .*", Say(403, {}, {"message": "You have exceeded a secondary rate limit."}))] * 3
    assert post(clock)[0] == 0
    assert clock.waits == [60, 120, 180]


def test_does_not_wait_for_an_hour(api: Api, post: Post) -> None:
    api.always = [("POST .*", Say(429, {"Retry-After": "3600"}, {"message": "slow down"}))]
    clock = Clock()
    code, said = post(clock)
    assert (code, clock.waits) == (1, [])
    assert "given up: 3600 s more would be more than 15 minutes of waiting" in said


def test_a_missing_permission_is_no_limit(api: Api, post: Post) -> None:
    api.always = [("POST .*", Say(403, {}, {"message": "Resource not accessible by integration"}))]
    clock = Clock()
    code, said = post(clock)
    assert (code, clock.waits) == (1, [])
    assert said.endswith(
        "403 Resource not accessible by integration: the job needs `pull-requests: write` and `actions: read`\n"
    )


@pytest.mark.parametrize("what", ["GET .*/comments", "POST .*", "GET .*/zip", "GET /elsewhere/.*", "GET .*/pulls/12"])
def test_a_failure_of_theirs_is_tried_again(api: Api, post: Post, what: str) -> None:
    api.instead = [(what, Say(500)), (what, Say(502, {}, "no JSON"))]
    clock = Clock()
    assert post(clock)[0] == 0
    assert clock.waits == [2, 4]
    assert api.comments(LIST) == [REPORT]


def test_a_comment_whose_answer_was_lost_is_not_written_twice(api: Api, post: Post) -> None:
    api.instead = [("POST .*", Say(504, {}, None, does=True))]
    code, said = post()
    assert code == 0 and said.endswith("pull request 12: written\n")
    assert api.comments(LIST) == [REPORT]


@pytest.mark.parametrize("what", ["GET .*/comments", "POST .*", "GET .*/artifacts"])
def test_always_failing_is_given_up_in_words(api: Api, post: Post, what: str) -> None:
    api.always = [(what, Say(500, {}, {"message": "Server Error"}))]
    clock = Clock()
    code, said = post(clock)
    assert code == 1 and sum(clock.waits) < 15 * 60
    last = said.splitlines()[-1]
    assert last.startswith("no comment: ") and "given up after 6 tries" in last and "500 Server Error" in last


def test_no_api_at_all_is_given_up_in_words(api: Api, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    env = environment(api, tmp_path) | {"GITHUB_API_URL": "http://127.0.0.1:9"}
    assert comment.main(env, Clock()) == 1
    assert "given up after 6 tries; the last answer was: no answer (" in capsys.readouterr().out


@pytest.mark.parametrize("body", [[], {"number": None}, "words", None, {"artifacts": [{"name": "ultrastack-report"}]}])
def test_an_answer_of_another_shape_is_told(api: Api, post: Post, body: object) -> None:
    api.always = [("GET .*/actions/runs/7/artifacts", Say(200, {}, body))]
    code, said = post()
    assert code == 1 and "otherwise than it is documented" in said


# ---- which pull request ----------------------------------------------------------------------------------------------

FORK = {"head_repository": {"full_name": "kim/project"}, "pull_requests": []}


def test_the_pull_request_of_a_fork_is_asked_for(api: Api, post: Post) -> None:
    theirs = pull(12, repo="kim/project")
    api.lists[f"{REPO}/pulls"] = [pull(3, sha="b" * 40, repo="kim/project"), theirs, pull(4, repo="lee/project")]
    api.things[f"{REPO}/pulls/12"] = theirs
    assert post(**FORK) == (0, WRITTEN)


def test_the_number_in_the_title_finds_nothing_by_itself(api: Api, post: Post) -> None:
    """Somebody's own workflow may say any number there: only one that has this commit counts."""
    api.things[f"{REPO}/pulls/99"] = pull(99, sha="b" * 40)
    api.lists[f"{REPO}/pulls"] = []
    assert post(**FORK, display_title="preview of #99 into main")[1].startswith("nothing to do: aaaaaaa is not the")
    assert api.comments(LIST) == []


@pytest.mark.parametrize("other", [{"state": "closed"}, {"head": {"sha": "b" * 40, "repo": None}}])
def test_a_report_of_what_is_not_there_any_more_is_left_alone(api: Api, post: Post, other: dict[str, Any]) -> None:
    api.things[f"{REPO}/pulls/12"] = pull(12) | other
    assert post() == (0, "nothing to do: aaaaaaa is not the newest commit of an open pull request\n")
    assert api.comments(LIST) == []


def test_what_was_pushed_while_the_files_were_listed_is_not_mixed_up(api: Api, post: Post) -> None:
    """The newer commit's files may be harmless, where the older one has made its own report."""
    api.instead = [(f"GET {REPO}/pulls/12", Say(200, {}, pull(12)))]
    api.things[f"{REPO}/pulls/12"] = pull(12, sha="b" * 40)
    assert post() == (0, "nothing to do: aaaaaaa is no longer the newest commit\n")
    assert api.comments(LIST) == []


def test_one_branch_into_two_others(api: Api, post: Post) -> None:
    api.things[f"{REPO}/pulls/1"] = pull(1)
    both = [{"number": n, "base": {"repo": {"id": 1}}} for n in (1, 12)]
    assert post(pull_requests=both) == (0, WRITTEN)
    code, said = post(pull_requests=both, display_title="something else")
    assert code == 1 and "several pull requests" in said


def test_a_number_of_another_repository_is_not_asked_here(api: Api, post: Post) -> None:
    elsewhere = {"number": 40, "base": {"repo": {"id": 2}}}
    assert post(pull_requests=[elsewhere, {"number": 12, "base": {"repo": {"id": 1}}}]) == (0, WRITTEN)
    assert f"GET {REPO}/pulls/40" not in api.asked


@pytest.mark.parametrize("conclusion", ["cancelled", "skipped", "action_required"])
def test_a_preview_that_did_not_run_says_nothing(api: Api, post: Post, conclusion: str) -> None:
    assert post(conclusion=conclusion) == (0, f"nothing to do: the preview ended as {conclusion}\n")
    assert api.asked == []


def test_a_preview_without_a_report_says_so(api: Api, post: Post) -> None:
    api.lists[LIST] = [{"id": 2, "body": REPORT, **BOT}]
    api.things[f"{REPO}/actions/runs/7/artifacts"] = {"artifacts": []}
    assert post(conclusion="failure") == (0, UPDATED)
    assert api.comments(LIST)[0].startswith(
        "<!-- ultrastack -->\n**No report** for `aaaaaaa`: the preview ended as `failure` without one."
    )


@pytest.mark.parametrize(
    "file",
    [
        {"filename": ".github/workflows/preview.yml"},
        {"filename": ".github/scripts/report.py"},
        {"filename": "old.yml", "previous_filename": ".github/workflows/preview.yml"},
    ],
)
def test_what_makes_its_own_report_is_not_believed(api: Api, post: Post, file: dict[str, str]) -> None:
    api.lists[f"{REPO}/pulls/12/files"] = [{"filename": f"f{n}"} for n in range(150)] + [file]
    assert post() == (0, WRITTEN)
    (said,) = api.comments(LIST)
    assert said.startswith("<!-- ultrastack -->\n**Not repeated here**") and "loses data" not in said
    assert not [asked for asked in api.asked if "/zip" in asked]


def test_more_files_than_github_lists_may_hide_one(api: Api, post: Post) -> None:
    api.lists[f"{REPO}/pulls/12/files"] = [{"filename": f"f{n}"} for n in range(3000)]
    post()
    assert api.comments(LIST)[0].startswith("<!-- ultrastack -->\n**Not repeated here**")


# ---- what it left behind ---------------------------------------------------------------------------------------------


def test_the_token_does_not_follow_a_redirect(api: Api, post: Post) -> None:
    post()
    assert f"{REPO}/actions/artifacts/5/zip" in api.with_token
    assert [path for path in api.with_token if path.startswith("/elsewhere")] == []


def test_a_redirect_elsewhere_than_the_web_is_not_followed(api: Api, post: Post) -> None:
    api.always = [("GET .*/zip", Say(302, {"Location": "file:///etc/passwd"}))]
    code, said = post()
    assert code == 1 and "lies somewhere that is not asked" in said


def test_a_run_that_was_repeated_has_its_newest_report(api: Api, post: Post) -> None:
    found = api.things[f"{REPO}/actions/runs/7/artifacts"]["artifacts"]
    found.append(found[0] | {"id": 9})
    found.append(found[0] | {"id": 11, "expired": True})
    api.files[f"{REPO}/actions/artifacts/9/zip"] = archive(("comment.md", REPORT + "newer\n"))
    assert post() == (0, WRITTEN)
    assert api.comments(LIST) == [REPORT + "newer\n"]


def link() -> tuple[zipfile.ZipInfo, str]:
    info = zipfile.ZipInfo("comment.md")
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    return info, "/etc/passwd"


def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return archive(("comment.md", REPORT), ("comment.md", REPORT))


def encrypted() -> bytes:
    content = bytearray(archive(("comment.md", REPORT)))
    content[6] |= 1  # in the local header, and in the directory
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a path that leads out": (lambda: archive(("comment.md", REPORT), ("../x", "")), "outside of it"),
    "an absolute path": (lambda: archive(("comment.md", REPORT), ("/etc/x", "")), "outside of it"),
    "a path of Windows": (lambda: archive(("comment.md", REPORT), ("..\\x", "")), "outside of it"),
    "a drive": (lambda: archive(("comment.md", REPORT), ("C:\\x", "")), "outside of it"),
    "a link": (lambda: archive(link()), "a link in it"),  # type: ignore[arg-type]
    "a bomb": (lambda: archive(("comment.md", b"<!-- ultrastack -->\n" + b"x" * 50_000_000)), "more than 1,048,576"),
    "too many files": (lambda: archive(*((f"f{n}", "") for n in range(60))), "60 files"),
    "no report": (lambda: archive(("report.html", "")), "no comment.md"),
    "in a folder": (lambda: archive(("x/comment.md", REPORT)), "no comment.md"),
    "two reports": (twice, "2 comment.md"),
    "not UTF-8": (lambda: archive(("comment.md", REPORT.encode() + b"\xff")), "not UTF-8"),
    "no marker": (lambda: archive(("comment.md", "prod: nothing would change\n")), "does not begin"),
    "a marker further down": (lambda: archive(("comment.md", "hello\n" + REPORT)), "does not begin"),
    "control characters": (lambda: archive(("comment.md", REPORT + "\x1b[2J")), "control characters"),
    "another direction": (lambda: archive(("comment.md", REPORT + "\u202e")), "control characters"),
    "no archive": (lambda: b"<html>", "no archive"),
    "half an archive": (lambda: archive(("comment.md", REPORT))[:-9], "no archive"),
    "encrypted": (encrypted, "no archive"),
    "nothing": (lambda: archive(), "no comment.md"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_report_of_ours_is_refused(api: Api, post: Post, what: str, tmp_path: Path) -> None:
    made, why = REFUSED[what]
    left(api, made())
    code, said = post()
    assert code == 1 and said.startswith("no comment: ") and why in said
    assert api.comments(LIST) == []
    assert sorted(file.name for file in tmp_path.iterdir()) == ["event.json"]


def test_an_artifact_that_is_too_large_is_not_even_asked_for(api: Api, post: Post) -> None:
    left(api, archive(("comment.md", REPORT)), size=10**9)
    code, said = post()
    assert code == 1 and "1,000,000,000 bytes" in said
    assert not [asked for asked in api.asked if "/zip" in asked]


def test_an_artifact_that_is_larger_than_it_says_is_not_read(
    api: Api, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script("report"), "ARCHIVE", 1000)
    left(api, archive(("comment.md", REPORT + "x" * 5000), compression=zipfile.ZIP_STORED), size=10)
    code, said = post()
    assert code == 1 and "more than 1,000 bytes" in said


def test_an_event_of_something_else_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "event.json"
    for text in ("{}", "[]", "no JSON", '{"workflow_run": {"id": "x"}}'):
        file.write_text(text)
        assert comment.main({"GITHUB_EVENT_PATH": str(file), "GITHUB_REPOSITORY": "a/b"}, Clock()) == 1
        assert "no event of a finished workflow" in capsys.readouterr().out


def test_the_workflow_runs_the_script(api: Api, tmp_path: Path) -> None:
    """With nothing but Python itself, in a folder with the scripts alone."""
    shutil.copytree(SCRIPTS, tmp_path / ".github" / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (block,) = (step["run"] for _, step in steps("comment.yml") if "run" in step)
    path = os.pathsep.join(["/usr/local/bin", "/usr/bin", "/bin"])
    env = environment(api, tmp_path) | {"PATH": path}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", block], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, WRITTEN, "")
    assert api.comments(LIST) == [REPORT]
    assert TOKEN not in done.stdout
    assert not list(tmp_path.rglob("__pycache__"))
