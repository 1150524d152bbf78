"""The command: what it writes, says, and exits with."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
from backgen import __version__, stamp
from backgen.cli import main
from click.testing import CliRunner, Result

SCRIPT = "x = 3\ny = -4\nq = x + y\nf = q * x  # done\n"
FUNCTIONS = (
    "import math\n\n\n"
    "def area(r):\n    return math.pi * r**2\n\n\n"
    "def power(u, i):\n    p = u * i\n    return p\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a script and a file of functions."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "staged.py").write_text(SCRIPT)
    (tmp_path / "areas.py").write_text(FUNCTIONS)
    return tmp_path


def run(*args: str, stdin: str | bytes | None = None) -> Result:
    """Run the command in this process; an exception is a failure of the test."""
    return CliRunner(catch_exceptions=False).invoke(main, args, input=stdin)


def load(text: str) -> dict[str, object]:
    """Run a written module."""
    namespace: dict[str, object] = {}
    exec(compile(text, "written", "exec"), namespace)
    return namespace


def gradient(text: str, *args: float) -> object:
    """The gradient that a module written for SCRIPT gives."""
    value_and_grad = load(text)["staged_value_and_grad"]
    assert callable(value_and_grad)
    return value_and_grad(*args)[1]


# -- generate


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("x, w", "`x`, `w`"),
        ("x: 'N', w", "`w`"),
        ("x: 'N', w: 'N'", None),
        ("x: float, w: float", None),
    ],
)
def test_shapes_that_nothing_states_are_named(
    folder: Path, given: str, named: str | None
) -> None:
    text = f"import numpy as np\n\n\ndef f({given}):\n    return np.exp(x) * w\n"
    (folder / "open.py").write_text(text)
    told = "nothing states the shapes of "
    assert (f"{told}{named}:" in run("open.py", "--no-verify").stderr) is bool(named)
    assert told not in run("open.py", "--no-verify", "--check").stderr
    assert told not in run("open.py", "--no-verify", "--quiet", "--force").stderr


def test_numbers_that_a_class_chooses_are_named(folder: Path) -> None:
    text = (
        "class Line:\n    def __init__(self, w: float):\n        self.w = w\n"
        "        self.b = 0.0\n\n"
        "    def forward(self, x: float):\n        return self.w * x + self.b\n"
    )
    (folder / "line.py").write_text(text)
    told = "no gradients of `self.b`, numbers that the class chooses"
    assert told in run("line.py", "--no-verify").stderr
    assert told not in run("line.py", "--no-verify", "--wrt", "b,w").stderr
    assert told not in run("line.py", "--no-verify", "--quiet", "--force").stderr


@pytest.mark.parametrize(
    ("name", "known"),
    [("x", True), ('p["W"]', True), ("y", False), ("xs", False)],
)
def test_shapes_of_what_is_not_there(folder: Path, name: str, known: bool) -> None:
    text = 'import numpy as np\n\n\ndef f(x, p):\n    return np.sum(x * p["W"])\n'
    (folder / "open.py").write_text(text)
    said = run("open.py", "--no-verify", "--shape", f"{name}: N").stderr
    assert (f"--shape names `{name}`" in said) is not known


def test_writes_beside_the_input(folder: Path) -> None:
    result = run("staged.py")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == (
        "wrote staged_backward.py: 2 of 2 local gradients and the whole gradient"
        " proved equal to SymPy's derivatives\n"
    )
    text = (folder / "staged_backward.py").read_text()
    assert gradient(text, 3.0, -4.0) == (2.0, 3.0)
    assert stamp.origin(text) is stamp.Origin.INTACT


@pytest.mark.parametrize(
    "args",
    [
        ("generate", "staged.py"),
        ("generate", "-q", "staged.py"),
        ("-q", "staged.py"),
        ("staged.py", "-q"),
        ("--style", "split", "staged.py"),
        ("./staged.py",),
    ],
)
def test_generate_is_the_default(folder: Path, args: tuple[str, ...]) -> None:
    result = run(*args)
    assert result.exit_code == 0
    assert (folder / "staged_backward.py").exists()
    assert ("-q" in args) == (result.stderr == "")


def test_a_second_run_changes_nothing(folder: Path) -> None:
    run("staged.py")
    path = folder / "staged_backward.py"
    os.utime(path, (1, 1))
    result = run("staged.py")
    assert result.exit_code == 0
    assert result.stderr.startswith("unchanged staged_backward.py: ")
    assert path.stat().st_mtime == 1


def test_a_stale_module_is_written_anew(folder: Path) -> None:
    run("staged.py")
    (folder / "staged.py").write_text(SCRIPT.replace("q * x", "q * y"))
    assert run("staged.py").stderr.startswith("wrote ")
    text = (folder / "staged_backward.py").read_text()
    assert gradient(text, 3.0, -4.0) == (-4.0, -5.0)


def test_standard_output(folder: Path) -> None:
    result = run("staged.py", "-o", "-")
    assert (result.exit_code, result.stderr) == (0, "")
    assert gradient(result.stdout, 3.0, -4.0) == (2.0, 3.0)
    assert sorted(os.listdir(folder)) == ["areas.py", "staged.py"]


def test_standard_input(folder: Path) -> None:
    result = run("-", stdin=SCRIPT)
    assert result.exit_code == 0
    assert "def stdin_forward(x, y):" in result.stdout
    assert "Backward pass of standard input" in result.stdout
    assert run("-", "-o", "out.py", stdin=SCRIPT).exit_code == 0
    assert (folder / "out.py").read_text() == result.stdout


def test_an_error_in_standard_input() -> None:
    result = run("-", stdin="f = (\n")
    assert result.exit_code == 2
    assert result.stderr.startswith("<stdin>:1:")
    assert "BG002" in result.stderr


def test_functions_and_wrt(folder: Path) -> None:
    assert run("areas.py").exit_code == 0
    text = (folder / "areas_backward.py").read_text()
    assert "def area_backward" in text
    assert "def power_backward" in text
    only = run("areas.py", "-f", "power", "--wrt", "i", "-o", "-").stdout
    assert "area" not in only.partition('"""\n')[2]
    assert "Return the gradient di from" in only
    both = run("areas.py", "-f", "area, power,area", "-o", "-").stdout
    assert both == run("areas.py", "-f", "area", "-f", "power", "-o", "-").stdout
    assert both.partition("Checked: ")[2] == text.partition("Checked: ")[2]


def test_style() -> None:
    text = run("staged.py", "--style", "fused", "-o", "-").stdout
    assert "staged_value_and_grad" in text
    assert "staged_forward" not in text
    assert gradient(text, 3.0, -4.0) == (2.0, 3.0)


def test_no_verify() -> None:
    result = run("staged.py", "--no-verify")
    assert result.stderr == "wrote staged_backward.py: not verified\n"
    text = Path("staged_backward.py").read_text()
    assert stamp.checked_in(text) == stamp.UNCHECKED


def test_several_files_and_the_worst_exit_code(folder: Path) -> None:
    (folder / "bad.py").write_text("with open('x') as f:\n    x = 1.0\n")
    result = run("staged.py", "bad.py", "areas.py")
    assert result.exit_code == 2
    assert "bad.py:1:6: BG010" in result.stderr
    assert (folder / "staged_backward.py").exists()
    assert (folder / "areas_backward.py").exists()
    assert not (folder / "bad_backward.py").exists()


def test_what_backgen_wrote_can_be_differentiated_again(folder: Path) -> None:
    run("staged.py", "--style", "fused")
    result = run("staged_backward.py", "--wrt", "x")
    assert result.exit_code == 0, result.stderr
    assert (folder / "staged_backward_backward.py").exists()


# -- what is never written over


def test_the_input_is_never_replaced(folder: Path) -> None:
    result = run("staged.py", "-o", "staged.py", "--force")
    assert result.exit_code == 2
    assert "BG050" in result.stderr
    assert (folder / "staged.py").read_text() == SCRIPT


def test_no_input_is_replaced_by_the_output_of_another(folder: Path) -> None:
    (folder / "staged_backward.py").write_text(SCRIPT)
    result = run("staged.py", "staged_backward.py", "--force")
    assert result.exit_code == 2
    assert (folder / "staged_backward.py").read_text() == SCRIPT


def test_edits_are_kept_unless_forced(folder: Path) -> None:
    run("staged.py")
    path = folder / "staged_backward.py"
    text = path.read_text()
    path.write_text(text.replace("return", "return  "))
    result = run("staged.py")
    assert result.exit_code == 2
    assert "BG050: this file was edited by hand" in result.stderr
    assert run("staged.py", "--force").exit_code == 0
    assert path.read_text() == text


# -- --check and --diff


def test_check(folder: Path) -> None:
    path = folder / "staged_backward.py"
    result = run("--check", "staged.py")
    assert result.exit_code == 1
    assert result.stderr.startswith("staged_backward.py is missing: run the same")
    assert not path.exists()

    run("staged.py")
    result = run("--check", "staged.py")
    assert result.exit_code == 0
    assert run("--check", "--no-verify", "staged.py").exit_code == 0

    (folder / "staged.py").write_text(SCRIPT + "# more\n")
    result = run("--check", "staged.py")
    assert result.exit_code == 1
    assert "staged_backward.py is out of date" in result.stderr

    path.write_text(path.read_text() + "# mine\n")
    result = run("--check", "staged.py")
    assert result.exit_code == 1
    assert "staged_backward.py was edited by hand" in result.stderr

    path.write_text("mine = 1\n")
    result = run("--check", "staged.py")
    assert result.exit_code == 1
    assert "staged_backward.py was not written by backgen" in result.stderr
    assert path.read_text() == "mine = 1\n"


def test_check_sees_other_options(folder: Path) -> None:
    run("staged.py")
    assert run("--check", "staged.py", "--style", "fused").exit_code == 1
    assert run("--check", "staged.py", "--wrt", "x").exit_code == 1


OPTIONS = [
    ("areas.py", "-f", "power"),
    ("areas.py", "-f", "power", "--wrt", "i", "--style", "fused"),
    ("staged.py", "--wrt", "y"),
    ("staged.py", "--style", "fused"),
    ("arrays.py", "--shape", "x: N, D; w: D"),
]


@pytest.fixture
def arrays(folder: Path) -> None:
    text = "import numpy as np\n\n\ndef dot(x, w):\n    y = x @ w\n    return y\n"
    (folder / "arrays.py").write_text(text)


@pytest.mark.usefixtures("arrays")
@pytest.mark.parametrize("args", OPTIONS, ids=" ".join)
def test_a_module_is_written_again_as_before(
    folder: Path, args: tuple[str, ...]
) -> None:
    file, path = args[0], folder / f"{args[0][:-3]}_backward.py"
    assert run(*args).exit_code == 0
    text = path.read_text()
    command = shlex.split(text.partition("run `backgen ")[2].partition("`")[0])
    for again in (args, tuple(command), (file,), (".",)):
        result = run("--check", *again)
        assert result.exit_code == 0, (again, result.stderr)
        assert run(*again).stderr.startswith("unchanged")
    verdict = run("verify", "--no-cache", file)
    assert verdict.exit_code == 0, verdict.output

    source = (folder / file).read_text()
    (folder / file).write_text(f"{source}# more\n")
    assert "is out of date" in run("--check", file).stderr
    assert run("--diff", file).stdout.count("\n+") == 2  # the hash alone
    assert "as before): " in run(file).stderr
    path.write_text(f"{path.read_text()}# mine\n")
    assert "was edited by hand" in run("--check", file).stderr
    assert run("--force", file).exit_code == 0
    assert path.read_text().partition("\n")[0] == text.partition("\n")[0]


def test_options_replace_those_of_the_header(folder: Path) -> None:
    run("areas.py", "-f", "power", "--wrt", "i")
    path = folder / "areas_backward.py"
    assert run("--check", "areas.py", "-f", "power").exit_code == 1
    run("areas.py", "-f", "power")
    assert "run `backgen areas.py -f power` again" in path.read_text()
    assert run("areas.py", "-o", "other.py").exit_code == 0
    assert "def area_" in (folder / "other.py").read_text()
    path.unlink()
    run("areas.py")
    assert "def area_" in path.read_text()


def test_options_of_another_output(folder: Path) -> None:
    run("areas.py", "-f", "power", "-o", "out.py")
    assert run("--check", "areas.py", "-o", "out.py").exit_code == 0
    assert run("--check", "areas.py").exit_code == 1
    run("-", "--wrt", "x", "-o", "in.py", stdin=SCRIPT)
    assert run("--check", "-", "-o", "in.py", stdin=SCRIPT).exit_code == 0


def test_options_of_the_header_that_do_not_fit_any_more(folder: Path) -> None:
    run("areas.py", "-f", "power")
    (folder / "areas.py").write_text(FUNCTIONS.replace("power", "watts"))
    result = run("areas.py")
    assert result.exit_code == 2
    assert "BG004" in result.stderr
    assert (
        "  -f power was taken from the header of areas_backward.py\n" in result.stderr
    )


def test_settings_that_say_the_same_are_not_in_the_header(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.backgen]\nstyle = "fused"\n')
    run("staged.py", "--style", "fused")
    path = folder / "staged_backward.py"
    assert "run `backgen staged.py` again" in path.read_text()
    run("staged.py", "--style", "split")
    assert "run `backgen staged.py --style split` again" in path.read_text()
    assert run("--check", "staged.py").exit_code == 0


def test_folders(folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    (inner / "staged.py").write_text(SCRIPT)
    run("inner/staged.py", "--wrt", "x")
    result = run("--check", ".")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[1:] == [
        "skipped 2 files that have no module beside them"
    ]
    assert json.loads(run("--check", "--format", "json", ".").stdout)["skipped"] == [
        "areas.py",
        "staged.py",
    ]
    (inner / "staged.py").write_text(SCRIPT + "# more\n")
    assert run("--check", ".").exit_code == 1
    assert run("-q", ".").exit_code == 0
    assert run("--check", "inner", "inner/staged.py").exit_code == 0
    assert not (folder / "areas_backward.py").exists()


def test_check_wants_verification_unless_told(folder: Path) -> None:
    run("staged.py", "--no-verify")
    assert run("--check", "--no-verify", "staged.py").exit_code == 0
    assert run("--check", "staged.py").exit_code == 1


def test_diff(folder: Path) -> None:
    result = run("--diff", "staged.py")
    assert result.exit_code == 1
    assert "+def staged_forward(x, y):\n" in result.stdout
    assert not (folder / "staged_backward.py").exists()

    run("staged.py")
    assert (run("--diff", "staged.py").exit_code, result.stderr) == (0, "")

    (folder / "staged.py").write_text(SCRIPT.replace("q * x", "q * y"))
    result = run("--diff", "staged.py")
    assert result.exit_code == 1
    assert "\n-    f = q * x  # (2) done\n" in result.stdout
    assert "\n+    f = q * y  # (2) done\n" in result.stdout
    assert result.stdout.startswith("--- staged_backward.py\n")


# -- JSON


def test_json(folder: Path) -> None:
    result = run("staged.py", "none.py", "--format", "json")
    assert (result.exit_code, result.stderr) == (2, "")
    good, bad = json.loads(result.stdout)["files"]
    assert (good["file"], good["status"]) == ("staged.py", "wrote")
    assert good["output"] == "staged_backward.py"
    assert good["report"] is not None
    assert good["error"] is None
    assert (bad["status"], bad["error"]["code"]) == ("error", "BG001")


def test_json_to_standard_output_holds_the_module() -> None:
    (only,) = json.loads(run("-", "--format=json", stdin=SCRIPT).stdout)["files"]
    assert only["status"] == "printed"
    assert "def stdin_forward" in only["module"]


# -- verify


def test_verify_judges_the_written_module(folder: Path) -> None:
    run("staged.py")
    result = run("verify", "staged.py")
    assert result.exit_code == 0
    assert "q = x + y" in result.stdout
    assert "proved" in result.stdout
    assert result.stderr == ""

    path = folder / "staged_backward.py"
    text = path.read_text()
    assert "dx += dq" in text
    path.write_text(text.replace("dx += dq", "dx -= dq"))
    result = run("verify", "staged.py")
    assert result.exit_code == 1
    assert "(1)" in result.stdout


def test_verify_without_a_module_says_what_it_judges(folder: Path) -> None:
    result = run("verify", "staged.py")
    assert result.exit_code == 0
    assert "staged_backward.py is not there: verifying what would be" in result.stderr
    assert not (folder / "staged_backward.py").exists()


def test_verify_says_when_the_module_is_stale(folder: Path) -> None:
    run("staged.py")
    (folder / "staged.py").write_text(SCRIPT + "# more\n")
    result = run("verify", "staged.py")
    assert result.exit_code == 0
    assert "staged_backward.py is out of date" in result.stderr


def test_verify_as_json(folder: Path) -> None:
    result = run("verify", "staged.py", "none.py", "--format", "json")
    assert result.exit_code == 2
    good, bad = json.loads(result.stdout)["files"]
    assert (good["output"], good["stale"]) == (None, False)
    assert good["report"] is not None
    assert bad["error"]["code"] == "BG001"


def test_a_gradient_that_is_not_right_is_not_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backgen import pipeline

    whole = pipeline.from_text

    def wrong(*args: object) -> object:
        written = whole(*args)  # type: ignore[arg-type]
        text = written.text
        object.__setattr__(
            written, "text", lambda c: text(c).replace("dx += dq", "dx = dq")
        )
        return written

    monkeypatch.setattr(pipeline, "from_text", wrong)
    result = run("staged.py")
    assert result.exit_code == 1
    assert "staged.py: BG040: " in result.stderr
    assert not (folder / "staged_backward.py").exists()
    (only,) = json.loads(run("staged.py", "--format=json").stdout)["files"]
    assert only["error"]["code"] == "BG040"


# -- settings


def test_settings_hold_and_the_command_line_wins(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        '[tool.backgen]\nstyle = "fused"\nwrt = ["x"]\nverify = false\n'
    )
    text = run("staged.py", "-o", "-").stdout
    assert "Return f and its gradient dx." in text
    assert stamp.checked_in(text) == stamp.UNCHECKED
    text = run("staged.py", "-o", "-", "--style=split", "--wrt=x,y").stdout
    assert "Return the gradients (dx, dy) from" in text


def test_settings_choose_functions(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.backgen]\nfunctions = ["power"]\n')
    assert "def area_" not in run("areas.py", "-o", "-").stdout
    assert "def area_" in run("areas.py", "-o", "-", "-f", "area").stdout


def test_a_wrong_setting(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.backgen]\nwrt = 1\n")
    result = run("staged.py")
    assert result.exit_code == 2
    assert "BG060: tool.backgen.wrt" in result.stderr


# -- wrong use


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "Usage:"),
        (("generate",), "Missing argument"),
        (("staged.py", "--nonsense"), "No such option"),
        (("staged.py", "areas.py", "-o", "out.py"), "several inputs"),
        ((".", "-o", "out.py"), "several inputs"),
        (("-", "-"), "once only"),
        (("--check", "-"), "name it with -o"),
        (("--diff", "staged.py", "-o", "-"), "name it with -o"),
        (("--wrt", "a,,b", "staged.py"), "single commas"),
        (("--style", "both", "staged.py"), "both"),
        (("--format", "xml", "staged.py"), "xml"),
    ],
)
def test_wrong_use(args: tuple[str, ...], words: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert words in result.output


@pytest.mark.parametrize("name", ["none.py", ".", "no/such/folder/f.py"])
def test_files_that_cannot_be_read(name: str) -> None:
    result = run(name)
    assert result.exit_code == 2
    assert "BG001" in result.stderr


def test_what_should_never_happen_is_one_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from backgen import pipeline
    from backgen.command import answering

    def broken(*_: object) -> None:
        raise ZeroDivisionError("first\nsecond")

    monkeypatch.setattr(pipeline, "from_text", broken)
    monkeypatch.setattr(answering, "in_processes", broken)
    monkeypatch.delenv("BACKGEN_DEBUG", raising=False)
    for args in (("staged.py",), ("verify", "staged.py")):
        result = run(*args)
        assert result.exit_code == 2
        assert result.stderr.startswith(
            "BG099: internal error: ZeroDivisionError: first\n  hint: please report"
        )
        assert "second" not in result.output
        assert "Traceback" not in result.output
    monkeypatch.setenv("BACKGEN_DEBUG", "1")
    assert "Traceback" in run("staged.py").stderr


def test_version_and_help() -> None:
    assert run("--version").stdout == f"backgen, version {__version__}\n"
    for args in (("--help",), ("-h",), ("generate", "-h"), ("verify", "--help")):
        result = run(*args)
        assert result.exit_code == 0
        assert "Usage:" in result.stdout


def test_every_option_is_documented() -> None:
    usage = Path(__file__).parent.parent.joinpath("docs", "usage.md").read_text("utf-8")
    for command in main.commands.values():
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert any(f"`{name}" in usage for name in parameter.opts), parameter


# -- real processes


def process(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "backgen", *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **env},
        check=False,
    )


def test_as_a_process(folder: Path) -> None:
    done = process("staged.py")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("wrote staged_backward.py: ")
    assert process("none.py").returncode == 2


def test_the_same_bytes_under_any_hash_seed() -> None:
    texts = {
        process("areas.py", "-o", "-", PYTHONHASHSEED=seed).stdout
        for seed in ("0", "1", "2")
    }
    assert len(texts) == 1
    assert "def power_backward" in texts.pop()


def test_no_colour_where_nobody_sees_it() -> None:
    assert "\x1b" not in process("none.py").stderr


def test_colour_is_for_terminals_and_can_be_refused() -> None:
    pty = pytest.importorskip("pty")
    for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        ours, theirs = pty.openpty()
        done = subprocess.Popen(
            [sys.executable, "-m", "backgen", "none.py"],
            stderr=theirs,
            env={**os.environ, "TERM": "xterm", **env},
        )
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        os.close(ours)
        assert done.wait() == 2
        assert b"BG001" in shown
        assert (b"\x1b[" in shown) is coloured


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 1000)
    except OSError:  # Linux: the other end is closed
        return b""


def test_a_closed_pipe_is_no_crash() -> None:
    done = subprocess.run(
        f"{sys.executable} -m backgen staged.py -o - | true",
        shell=True,
        capture_output=True,
        check=False,
    )
    assert b"BG099" not in done.stderr
    assert b"Traceback" not in done.stderr


def test_help_is_quick() -> None:
    """Under 150 ms as a whole process; the fastest of some, others may be at work."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        assert process("--help").returncode == 0
        times.append(time.perf_counter() - start)
    assert min(times) < 0.15


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("backgen st", "file,st"),
        ("backgen ver", "plain,verify"),
        ("backgen --sty", "plain,--style"),
        ("backgen staged.py --che", "plain,--check"),
        ("backgen --style fu", "plain,fused"),
    ],
)
def test_completion(words: str, expected: str) -> None:
    done = process(
        _BACKGEN_COMPLETE="bash_complete",
        COMP_WORDS=words,
        COMP_CWORD=str(words.count(" ")),
    )
    assert expected in done.stdout.splitlines()
