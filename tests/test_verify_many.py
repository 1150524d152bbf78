"""`backgen verify`: many files at a time, what is known already, and limits."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from backgen.cli import main
from backgen.command import answering, caching, limits
from backgen.command.caching import Cache
from backgen.command.gathering import gather, imported
from backgen.command.limits import Failed, Limits, Reached, in_processes
from backgen.command.verifying import Judged
from backgen.verify import verify
from backgen.verify.reports.budget import OutOfTime, limited, one_part
from backgen.verify.reports.report import (
    Difference,
    Finding,
    FunctionReport,
    Report,
    StageReport,
    Status,
)
from click.testing import CliRunner, Result

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs timers and limits")
SCRIPT = "x = 3.0\ny = -4.0\nq = x + y\nf = q * x\n"


def run(*args: str) -> Result:
    return CliRunner(catch_exceptions=False).invoke(main, args)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two files that have modules, one wrong, and one that has none."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("a.py", "sub/b.py", ".hidden/c.py", "venv/d.py"):
        path = tmp_path / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SCRIPT)
        assert run(str(path), "-q").exit_code == 0
    (tmp_path / "src" / "none.py").write_text(SCRIPT)
    (tmp_path / "src" / "notes.txt").write_text("")
    return tmp_path


def spoil(path: Path) -> None:
    """Make a gradient wrong."""
    text = path.read_text()
    assert "    dy = " in text
    path.write_text(text.replace("    dy = ", "    dy = 2 * "))


# -- folders


def test_a_folder_means_what_has_a_module(tree: Path) -> None:
    found = gather(["src"])
    assert found.files == (os.path.join("src", "a.py"), os.path.join("src/sub", "b.py"))
    assert found.skipped == (os.path.join("src", "none.py"),)
    again = gather(["src/none.py", "src", "src/a.py"])
    assert sorted(again.files) == sorted({*found.files, "src/none.py"})
    assert again.skipped == ()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_folder_has_one_summary_and_the_worst_exit_code(
    tree: Path, jobs: str
) -> None:
    result = run("verify", "src", "--jobs", jobs)
    assert result.exit_code == 0
    assert "2 files: 2 verified; 1 skipped" in result.stderr
    assert result.stdout.index("a.py") < result.stdout.index("b.py")
    spoil(tree / "src" / "sub" / "b_backward.py")
    result = run("verify", "src", "--jobs", jobs)
    assert result.exit_code == 1
    assert "2 files: 1 verified, 1 wrong; 1 skipped" in result.stderr
    assert "`dy` is wrong" in result.stdout
    (tree / "src" / "a.py").write_text("f = (\n")
    result = run("verify", "src", "--jobs", jobs, "--format", "json")
    assert result.exit_code == 2
    document = json.loads(result.stdout)
    assert [file["error"] is None for file in document["files"]] == [False, True]
    assert document["skipped"] == [os.path.join("src", "none.py")]


def test_a_folder_without_modules_is_no_success(tree: Path) -> None:
    (tree / "empty").mkdir()
    result = run("verify", "empty")
    assert result.exit_code == 2
    assert "no module here" in result.stderr


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [(SCRIPT.encode(), 0, "proved"), (b"\xff", 2, "BG002"), (b"f = (\n", 2, "BG002")],
)
def test_standard_input(tree: Path, data: bytes, code: int, words: str) -> None:
    runner = CliRunner(catch_exceptions=False)
    result = runner.invoke(main, ["verify", "-", "src"], input=data)
    assert result.exit_code == code
    assert words in result.output
    assert "BG099" not in result.output


# -- what is known


@pytest.fixture
def judging(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts how many files are verified in each run."""
    counts: list[int] = []

    def counted(work, items, *rest):  # type: ignore[no-untyped-def]
        counts.append(len(items))
        return in_processes(work, items, *rest)

    monkeypatch.setattr(answering, "in_processes", counted)
    return counts


def test_nothing_is_verified_twice(tree: Path, judging: list[int]) -> None:
    first = run("verify", "src", "--format", "json")
    again = run("verify", "src", "--format", "json")
    assert again.stdout == first.stdout
    assert run("verify", "src", "--no-cache").exit_code == 0
    assert judging == [2, 0, 2]


def test_results_that_are_old_or_too_many_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(Judged, tmp_path)
    keys = [caching.key_of({"number": i}) for i in range(4)]
    judged = Judged(Report(()), None, stale=False)
    for age, key in enumerate(keys):
        cache.store(key, judged)
        (path,) = tmp_path.glob(f"*/{key}.json")
        os.utime(path, (1e9 - age, 1e9 - age))
    size = path.stat().st_size
    cache.prune(1e9 + 60)
    assert all(tmp_path.glob(f"*/{key}.json") for key in keys)
    monkeypatch.setattr(caching, "_LARGEST", 2 * size)
    cache.prune(1e9 + 120)  # was looked at a minute ago
    assert len(list(tmp_path.glob("*/*.json"))) == 4
    cache.prune(1e9 + 100_000)
    left = {path.stem for path in tmp_path.glob("*/*.json")}
    assert left == set(keys[:2])
    assert cache.load(keys[0]) == judged  # which counts as used
    cache.prune(1e9 + 1e7)
    assert {path.stem for path in tmp_path.glob("*/*.json")} == {keys[0]}


def test_what_a_result_depends_on_is_looked_at(tree: Path, judging: list[int]) -> None:
    source, module = tree / "src" / "a.py", tree / "src" / "a_backward.py"
    run("verify", "src/a.py")
    changes = [
        lambda: source.write_text(SCRIPT + "# more\n"),
        lambda: module.write_text(module.read_text() + "# more\n"),
        lambda: source.write_text("import helper\n" + SCRIPT),
        lambda: (tree / "src" / "helper.py").write_text("a = 1\n"),
        lambda: (tree / "src" / "helper.py").write_text("a = 2\n"),
    ]
    for change in changes:
        change()
        run("verify", "src/a.py")
    for options in (("--seed", "1"), ("--seed", "2"), ("-f", "a"), ("--wrt", "x")):
        run("verify", "src/a.py", *options)
    assert judging == [1] * 10
    run("verify", "src/a.py", "--seed", "2", "--timeout", "50", "-q")
    assert judging[-1] == 0


def test_another_version_knows_nothing(
    tree: Path, judging: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("verify", "src/a.py")
    monkeypatch.setattr(caching, "_computed_by", lambda: ["another"])
    run("verify", "src/a.py")
    assert judging == [1, 1]


def test_modules_that_a_file_imports(tmp_path: Path) -> None:
    texts = {
        "f.py": "import math, a.b\nfrom . import c\n",
        "a/__init__.py": "",
        "a/b.py": "from ..d import g\nimport f\n",
        "c.py": "not python (\n",
        "d.py": "",
        "e.py": "",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = imported(tmp_path / "f.py", texts["f.py"])
    names = {Path(name).relative_to(tmp_path).as_posix() for name in found}
    assert names == {"a/__init__.py", "a/b.py", "c.py", "d.py"}


JUDGED = Judged(
    Report(
        (
            FunctionReport(
                "f",
                (StageReport(1, "y = é", 3, ("dx: 1",), 2, Status.PROVED),),
                differences=(Difference("x", 0.5, 1e300, 0.25, 2.0, 2, 1, 3),),
                findings=(Finding(1, "wrong", 4),),
                notes=("note",),
            ),
        ),
        (Finding(0, "imports", 1),),
    ),
    "f_backward.py",
    stale=True,
)


def test_results_come_back_as_they_were(tmp_path: Path) -> None:
    cache = Cache(Judged, tmp_path / "new" / "folder")
    assert cache.load("ab12") is None
    cache.store("ab12", JUDGED)
    assert cache.load("ab12") == JUDGED
    assert [path.name for path in tmp_path.rglob("*.*")] == ["ab12.json"]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda data: b"",
    "a byte less": lambda data: data[:-1],
    "the start": lambda data: data[:200],
    "a word": lambda data: data.replace(b"wrong", b"right"),
    "no digest": lambda data: data.partition(b"\n")[2],
    "a byte more": lambda data: b"\xff" + data,
    "noise": lambda data: os.urandom(len(data)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=list(DAMAGES))
def test_what_is_damaged_is_not_there(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    cache = Cache(Judged, tmp_path)
    cache.store("ab12", JUDGED)
    (path,) = tmp_path.rglob("*.json")
    path.write_bytes(damage(path.read_bytes()))
    assert cache.load("ab12") is None
    cache.store("ab12", JUDGED)
    assert cache.load("ab12") == JUDGED


FORMS: dict[str, Callable[[Any], Any]] = {
    "a number for a flag": lambda body: {**body, "stale": 1},
    "one more": lambda body: {**body, "more": 1},
    "no report": lambda body: {**body, "report": None},
    "one less": lambda body: {k: v for k, v in body.items() if k != "limit"},
    "a list": lambda body: [body],
    "a status": lambda body: json.loads(json.dumps(body).replace("proved", "believed")),
}


@pytest.mark.parametrize("change", FORMS.values(), ids=list(FORMS))
def test_results_of_another_form_are_not_there(
    tmp_path: Path, change: Callable[[Any], Any]
) -> None:
    cache = Cache(Judged, tmp_path)
    cache.store("ab12", JUDGED)
    (path,) = tmp_path.rglob("*.json")
    data = change(json.loads(path.read_bytes().partition(b"\n")[2]))
    body = json.dumps(data).encode()
    path.write_bytes(caching._digest(b"ab12" + body).encode() + b"\n" + body)
    assert cache.load("ab12") is None


def test_a_result_under_another_key_is_not_there(tmp_path: Path) -> None:
    cache = Cache(Judged, tmp_path)
    cache.store("ab12", JUDGED)
    (tmp_path / "ab" / "ab12.json").rename(tmp_path / "ab" / "ab34.json")
    assert cache.load("ab34") is None


def test_a_cache_that_cannot_be_written_is_no_error(tree: Path) -> None:
    (tree / "cache").write_text("a file is in the way")
    assert run("verify", "src/a.py").exit_code == 0


# -- limits


def outcomes(work, items, seconds=20.0, megabytes=4096, jobs=2):  # type: ignore[no-untyped-def]
    found = dict(in_processes(work, items, Limits(seconds, megabytes), jobs))
    return [found[i] for i in range(len(items))]


def test_work_comes_back_in_any_order() -> None:
    assert outcomes(abs, [-1, 2, -3]) == [1, 2, 3]


@pytest.mark.parametrize("jobs", [1, 2])
def test_time_is_limited(monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    monkeypatch.setattr(limits, "_GRACE", 0.0)
    start = time.monotonic()
    first, second = outcomes(time.sleep, [60, 0], seconds=0.5, jobs=jobs)
    assert first == Reached("the limit of 0.5 s was reached")
    assert second is None or isinstance(second, Reached)  # starting takes time, too
    assert time.monotonic() - start < 20


@POSIX
def test_memory_is_limited() -> None:
    (found,) = outcomes(bytearray, [2**33], megabytes=2048)
    assert found == Reached("the limit of 2048 MB was reached")


def test_exceptions_come_back() -> None:
    failed, right = outcomes(int, ["x", "1"])
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, ValueError)
    assert "Traceback" in failed.trace
    assert right == 1


def kill_me(number: int) -> None:
    """A process that is ended from outside."""
    os.kill(os.getpid(), number)


@POSIX
def test_processes_that_die_are_told() -> None:
    killed, left = outcomes(kill_me, [signal.SIGKILL, 0])
    assert killed == Reached("its process was ended by SIGKILL")
    assert left is None
    assert outcomes(os._exit, [3]) == [Reached("its process ended with exit code 3")]


def test_no_process_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    running = in_processes(time.sleep, [0, 60], Limits(60, 4096), 2)
    next(running)
    ended: list[object] = []
    monkeypatch.setattr(limits, "_end", lambda task: ended.append(task) or end(task))
    running.close()
    assert len(ended) == 1


end = limits._end


@pytest.mark.parametrize("reason", ["the limit of 1 s was reached", "it died"])
def test_a_limit_is_told_and_not_kept(
    tree: Path, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    monkeypatch.setattr(
        answering, "in_processes", lambda *_: iter([(0, Reached(reason))])
    )
    result = run("verify", "src/a.py")
    assert result.exit_code == 1
    assert f"unverified: {reason}." in result.stdout
    document = json.loads(run("verify", "src/a.py", "--format", "json").stdout)
    assert document["files"][0]["limit"] == reason
    text = run("verify", "src/a.py", "--format", "github").stdout
    assert text.startswith("::warning file=src/a_backward.py,title=BG041")
    monkeypatch.undo()
    monkeypatch.chdir(tree)
    assert run("verify", "src/a.py").exit_code == 0


# -- budgets


def endless() -> None:
    """Work that does not end."""
    with one_part():
        while True:
            pass


def stubborn() -> None:
    """Work in which the exception gets lost."""
    with one_part():
        with suppress(OutOfTime):
            while True:
                pass
        while True:
            pass


@POSIX
@pytest.mark.parametrize("work", [endless, stubborn])
def test_a_part_is_interrupted(work: Callable[[], None]) -> None:
    with limited(60, 0.1) as clock, pytest.raises(OutOfTime, match=r"after 0\.1 s"):
        work()
    assert clock.ran_out


@POSIX
def test_no_part_goes_beyond_the_whole() -> None:
    start = time.monotonic()
    with limited(0.1, 60):
        with pytest.raises(OutOfTime), one_part():
            time.sleep(30)
        with pytest.raises(OutOfTime, match="no time was left"), one_part():
            pass
    assert time.monotonic() - start < 10


def test_without_a_budget_nothing_is_interrupted() -> None:
    with one_part():
        pass
    with limited(60, 60) as clock, one_part():
        pass
    assert not clock.ran_out
    if sys.platform != "win32":
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


AFFINE = (
    "import numpy as np\n\n\n"
    'def f(x: "N, D", w: "D"):\n'
    "    a = x @ w\n    out = np.tanh(a)\n    return out\n"
)
LOOP = "def f(x):\n    y = x\n    for i in range(3):\n        y = y * x\n    return y\n"
PROGRAMS = {"numbers": "def f(x):\n    y = x * x\n    return y\n", "arrays": AFFINE}


@POSIX
@pytest.mark.parametrize("source", [*PROGRAMS.values(), LOOP], ids=[*PROGRAMS, "loop"])
def test_without_time_nothing_is_shown_and_nothing_is_wrong(
    source: str, tmp_path: Path
) -> None:
    path = tmp_path / "f.py"
    path.write_text(source)
    assert run(str(path), "-q").exit_code == 0
    module = (tmp_path / "f_backward.py").read_text()
    with limited(0, 0) as clock:
        report = verify(source, "f.py", module)
    assert clock.ran_out
    assert report.ok
    assert not report.verified
    assert any("no time was left" in note for note in report.functions[0].notes)
    assert verify(source, "f.py", module).verified


def test_a_limited_result_is_replaced() -> None:
    """What ran out of time says so, also where all is verified."""
    limited_result = replace(JUDGED, limit="a part of the work ran out of time")
    assert limited_result.to_dict("f.py")["limit"] == limited_result.limit
    assert JUDGED.to_dict("f.py")["limit"] is None
