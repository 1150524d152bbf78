"""`backgen verify`: the gradient check table, and what the reports say in each form."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from backgen.cli import main
from backgen.command import reporting
from backgen.command.answering import Answer
from backgen.command.verifying import Judged
from backgen.errors import CODES, Position, Refused
from backgen.formats import github, markdown, sarif
from backgen.formats.alerts import Alert, alerts
from backgen.verify import verify
from backgen.verify.gradients.asked import Asked
from backgen.verify.gradients.quotients import Quotient, Table, central
from backgen.verify.reports.report import (
    Finding,
    FunctionReport,
    Report,
    StageReport,
    Status,
)
from backgen.verify.running.domains import Undefined
from click.testing import CliRunner, Result

SCRIPT = "x = 3.0\ny = -4.0\nq = x + y\nf = q * x\n"
AFFINE = (
    "import numpy as np\n\n\n"
    'def affine(x: "N, D", w: "D, M", b: "M"):\n'
    "    a = x @ w + b\n    out = np.maximum(0, a)\n    return out\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "staged.py").write_text(SCRIPT)
    (tmp_path / "affine.py").write_text(AFFINE)
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner(catch_exceptions=False).invoke(main, args)


# -- difference quotients


SMOOTH: list[tuple[Callable[[float], float], float, float]] = [
    (math.sin, 0.7, math.cos(0.7)),
    (math.exp, 12.0, math.exp(12.0)),
    (lambda x: x**3, 1e-3, 3e-6),
    (lambda x: x**3, 1e4, 3e8),
    (lambda x: 1 / x, 1e-5, -1e10),
    (lambda x: 1e9 + x, 2.0, 1.0),
    (lambda x: math.sin(200 * x), 0.1, 200 * math.cos(20)),
    (lambda x: 5.0, 1.0, 0.0),
]


def test_quotients_are_extrapolated() -> None:
    for function, at, due in SMOOTH[:2]:
        found = central(lambda x, f=function: ("", f(x)), at, "")
        assert found is not None
        assert found.value == pytest.approx(due, rel=1e-11)


@pytest.mark.parametrize(("function", "at", "due"), SMOOTH)
def test_quotients_are_close_and_know_their_error(
    function: Callable[[float], float], at: float, due: float
) -> None:
    found = central(lambda x: ("", function(x)), at, "")
    assert found is not None
    rounding = abs(function(at)) * 1e-11
    assert abs(found.value - due) <= 1e-8 * abs(due) + rounding
    assert abs(found.value - due) <= 100 * found.error + 1e-12 * abs(due) + rounding


def at_border(x: float) -> tuple[object, float]:
    if x < 0:
        raise Undefined("negative")
    return "", math.sqrt(x)


@pytest.mark.parametrize(
    ("run_at", "at", "path"),
    [
        (lambda x: (x > 0, abs(x)), 0.0, False),
        (lambda x: (x >= 1, x), 1.0, True),
        (at_border, 0.0, ""),
        (lambda x: ("", math.inf), 1.0, ""),
    ],
)
def test_kinks_and_borders_have_no_quotient(
    run_at: Callable[[float], tuple[object, float]], at: float, path: object
) -> None:
    assert central(run_at, at, path) is None


def test_a_kink_close_by_makes_the_step_small() -> None:
    found = central(lambda x: (x > 1, x if x <= 1 else 7 * x), 1 - 1e-6, False)
    assert found is not None
    assert found.value == pytest.approx(1, rel=1e-8)


def test_the_table_counts_what_is_left_out() -> None:
    table = Table()
    table.start("x", 3)
    table.add("x", 2.0, central(lambda x: ("", 2 * x), 1.0, ""))
    table.add("x", 2.5, central(lambda x: ("", 2 * x), 1.0, ""))
    table.add("x", 0.0, None)
    (row,) = table.rows()
    assert (row.elements, row.left_out, row.total) == (2, 1, 3)
    assert row.max_absolute == pytest.approx(0.5)
    assert row.mean_absolute == pytest.approx(0.25)
    assert row.max_relative == pytest.approx(0.2)
    (note,) = table.notes()
    assert "`x` is 5.0e-01 away" in note


def test_a_gradient_of_zero_has_no_relative_difference_to_speak_of() -> None:
    table = Table()
    table.start("x", 2)
    table.add("x", 0.0, Quotient(1e-15, 1e-15))
    table.add("x", 1.0, Quotient(1.0, 0.0))
    (row,) = table.rows()
    assert row.max_relative == pytest.approx(1e-7)


# -- values for the table


def table(result: Result) -> dict[str, dict[str, Any]]:
    """The rows of the table of the first function, by parameter."""
    (file,) = json.loads(result.stdout)["files"]
    rows = file["report"]["functions"][0]["differences"]
    return {row["parameter"]: row for row in rows}


def test_the_values_of_a_file(folder: Path) -> None:
    rng = np.random.default_rng(1)
    values = {
        "x": rng.normal(size=(5, 4)),
        "w": rng.normal(size=(4, 3)),
        "b": [0, 1, 2],
    }
    np.savez(folder / "v.npz", **values)
    args = ("verify", "affine.py", "--inputs", "v.npz", "--format", "json")
    rows = table(run(*args))
    assert {name: row["total"] for name, row in rows.items()} == {
        "x": 20,
        "w": 12,
        "b": 3,
    }
    assert all(row["max_absolute"] < 1e-9 for row in rows.values())


def test_values_at_a_kink_are_left_out(folder: Path) -> None:
    np.savez(folder / "v.npz", x=np.zeros((2, 3)), w=np.ones((3, 2)), b=np.zeros(2))
    args = ("verify", "affine.py", "--inputs", "v.npz", "--format", "json")
    rows = table(run(*args))
    assert (rows["x"]["left_out"], rows["x"]["elements"]) == (6, 0)
    assert rows["w"]["left_out"] == 0
    shown = run("verify", "affine.py", "--inputs", "v.npz").stdout
    assert "at kinks" in shown


GOOD = {"x": np.ones((2, 3)), "w": np.ones((3, 2)), "b": np.ones(2)}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"w": np.ones((4, 2))}, "`w` has shape (4, 2), not (D, M)"),
        ({"b": np.ones((2, 1))}, "`b` has shape (2, 1), not (M,)"),
        ({"w": None}, "there is no value for `w` of `affine`"),
        ({"q": 1.0}, "there is no parameter `q`"),
        ({"b": np.ones(2) * 1j}, "`b` is of float elements, not complex128"),
    ],
)
def test_values_that_do_not_fit(
    folder: Path, changed: dict[str, Any], words: str
) -> None:
    values = {k: v for k, v in {**GOOD, **changed}.items() if v is not None}
    np.savez(folder / "v.npz", **values)
    result = run("verify", "affine.py", "--inputs", "v.npz")
    assert result.exit_code == 2
    assert f"BG032: {words}" in result.stderr


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"x": [1.0, 2.0], "y": 1.0}, "`x` is a number, not a list of 2"),
        ({"x": 1.0}, "there is no value for `y` of `staged`"),
        ({"x": 1.0, "y": True}, "`y` is no number: True"),
    ],
)
def test_numbers_that_do_not_fit(
    folder: Path, values: dict[str, Any], words: str
) -> None:
    np.savez(folder / "v.npz", **values)
    result = run("verify", "staged.py", "--inputs", "v.npz")
    assert result.exit_code == 2
    assert f"BG032: {words}" in result.stderr


@pytest.mark.parametrize("data", [None, b"PK\x03\x04 not a zip", b"\x80\x04K\x01."])
def test_a_file_that_holds_no_arrays(folder: Path, data: bytes | None) -> None:
    if data is not None:
        (folder / "v.npz").write_bytes(data)
    result = run("verify", "staged.py", "--inputs", "v.npz")
    assert result.exit_code == 2
    assert "BG032: v.npz cannot be read" in result.stderr


def test_a_seed_draws_other_values_and_the_same_again() -> None:
    first, again, other = (
        run("verify", "affine.py", "--no-cache", "--format", "json", "--seed", seed)
        for seed in ("1", "1", "2")
    )
    assert first.exit_code == 0
    assert first.stdout == again.stdout
    assert table(first) != table(other)


@pytest.mark.parametrize(
    "args",
    [
        ("staged.py", "--seed", "1", "--inputs", "v.npz"),
        ("staged.py", "affine.py", "--inputs", "v.npz"),
        ("staged.py", "--jobs", "0"),
        ("staged.py", "--timeout", "0"),
    ],
)
def test_options_that_do_not_go_together(args: tuple[str, ...]) -> None:
    assert run("verify", *args).exit_code == 2


def test_a_wrong_gradient_that_only_the_users_values_show() -> None:
    """No point that is drawn is as far out as the side that is wrong."""
    stage = "y = x * x if math.log(x * x + 1) < 30 else 3 * x"
    source = f"import math\n\n\ndef f(x):\n    {stage}\n    return y\n"
    module = (
        "import math\n\n\n"
        f"def f_forward(x):\n    {stage}  # (1)\n    return y, (x,)\n\n\n"
        f"def f_backward(dy, cache):\n    (x,) = cache\n    # (1) {stage}\n"
        "    dx = 2 * x * dy if math.log(x * x + 1) < 30 else FACTOR * dy\n"
        "    return dx\n"
    )
    asked = Asked({"x": np.array(1e9)})
    for factor, ok in (("3", True), ("4", False)):
        text = module.replace("FACTOR", factor)
        assert verify(source, "f.py", text, levels=(1, 3, 5)).ok
        report = verify(source, "f.py", text, levels=(1, 3, 5), asked=asked)
        assert report.ok is ok


# -- forms: a table of alerts, and what becomes of them


def judged(output: str | None, *findings: Finding, **fields: Any) -> Answer:
    function = FunctionReport("f", findings=findings, **fields)
    return Answer("f.py", Judged(Report((function,)), output, stale=False))


STAGE = StageReport(2, "y = x", 7, (), 0, Status.UNVERIFIED, "too large")
RIGHT = {"modular": Status.MODULAR}


@pytest.fixture
def module(folder: Path) -> str:
    (folder / "f_backward.py").write_text("def f():\n    dx = é + 1  \n    return dx\n")
    return "f_backward.py"


def test_alerts_of_findings_have_the_whole_line(module: str) -> None:
    (alert,) = alerts([judged(module, Finding(1, "`dx` is wrong", 2))])
    assert alert == Alert(
        "error", "BG040", "stage (1): `dx` is wrong", module, 2, 5, 2, 15
    )


def test_alerts_of_what_is_not_written_are_about_the_source() -> None:
    (alert,) = alerts([judged(None, Finding(1, "`dx` is wrong", 2))])
    assert (alert.file, alert.line) == ("f.py", 0)


@pytest.mark.parametrize("line", [0, 99])
def test_alerts_without_a_line(module: str, line: int) -> None:
    (alert,) = alerts([judged(module, Finding(0, "wrong", line))])
    assert (alert.line, alert.col) == (0, 0)


def test_alerts_of_what_is_left_open(module: str) -> None:
    cases = [
        ({"stages": (STAGE,), **RIGHT}, "stage (2) `y = x` is unverified: too large"),
        ({"unreached": ("never true",), **RIGHT}, "never true"),
        ({"notes": ("out of time",)}, "`f` is unverified: out of time"),
    ]
    for fields, message in cases:
        (alert,) = alerts([judged(module, **fields)])
        assert (alert.level, alert.code) == ("warning", "BG041")
        assert alert.message == message
    assert not alerts([judged(module, **RIGHT)])


def test_alerts_of_stale_modules_and_of_errors(module: str) -> None:
    report = Report((FunctionReport("f", **RIGHT),))
    stale = Answer("f.py", Judged(report, module, stale=True))
    position = Position("f.py", 3, 5, 4, 2)
    refused = Answer("f.py", Refused("BG010", "no", position=position, hint="do"))
    first, second = alerts([stale, refused])
    assert (first.code, first.level, first.line) == ("BG042", "warning", 1)
    assert second == Alert("error", "BG010", "no (do)", "f.py", 3, 5, 4, 2)


ALERTS = [
    Alert("error", "BG040", "100% wrong:\nx, y", "a b/é,f.py", 2, 5, 2, 15),
    Alert("warning", "BG041", "open", "/abs/f.py"),
    Alert("error", "BG010", "no", "f.py", 3, 5, 4, 2),
]


def test_annotations_are_escaped() -> None:
    title = {code: f"{code}%3A {CODES[code].replace(',', '%2C')}" for code in CODES}
    assert github.commands(ALERTS).splitlines() == [
        "::error file=a b/é%2Cf.py,line=2,endLine=2,col=5,endColumn=14,"
        f"title={title['BG040']}::100%25 wrong:%0Ax, y",
        f"::warning file=/abs/f.py,title={title['BG041']}::open",
        f"::error file=f.py,line=3,endLine=4,title={title['BG010']}::no",
    ]


def test_sarif_has_the_structure_of_its_schema() -> None:
    document = json.loads(json.dumps(sarif.document(ALERTS)))
    check_sarif(document)
    results = document["runs"][0]["results"]
    places = [r["locations"][0]["physicalLocation"] for r in results]
    assert places[0]["artifactLocation"]["uri"] == "a%20b/%C3%A9%2Cf.py"
    assert places[1]["artifactLocation"]["uri"] == "file:///abs/f.py"
    assert "region" not in places[1]
    assert places[2]["region"] == {
        "startLine": 3,
        "startColumn": 5,
        "endLine": 4,
        "endColumn": 2,
    }


def check_sarif(document: dict[str, Any]) -> None:
    """What the schema of SARIF 2.1.0 demands of the properties that we use."""
    assert set(document) == {"$schema", "version", "runs"}
    assert document["$schema"].endswith("/sarif-2.1.0.json")
    assert document["version"] == "2.1.0"
    (only,) = document["runs"]
    assert set(only) == {"tool", "columnKind", "results"}
    assert only["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    driver = only["tool"]["driver"]
    assert set(driver) == {"name", "version", "rules"}
    assert driver["name"] == "backgen"
    assert type(driver["version"]) is str
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids)
    for rule in driver["rules"]:
        assert set(rule) == {"id", "shortDescription", "defaultConfiguration"}
        assert rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    for result in only["results"]:
        names = {"ruleId", "ruleIndex", "level", "message", "locations"}
        assert set(result) == names
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note", "none")
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        assert uri.isascii()
        assert not {" ", "\\"} & {*uri}
        assert uri.startswith("file:///") or not uri.startswith(("/", "."))
        region = place.get("region", {})
        lengths = {"startLine", "startColumn", "endLine", "endColumn"}
        assert set(region) in (set(), lengths)
        assert all(type(n) is int and n >= 1 for n in region.values())
        if region:
            start = region["startLine"], region["startColumn"]
            assert start < (region["endLine"], region["endColumn"])


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("src/a.py", "src/a.py"),
        ("./src//a.py", "src/a.py"),
        ("{cwd}/src/a.py", "src/a.py"),
        ("/elsewhere/a.py", "file:///elsewhere/a.py"),
        ("a:b #1?.py", "a%3Ab%20%231%3F.py"),
    ],
)
def test_files_in_the_working_directory_are_relative_references(
    folder: Path, file: str, uri: str
) -> None:
    alert = Alert("warning", "BG041", "open", file.format(cwd=folder))
    (run_,) = json.loads(json.dumps(sarif.document([alert])))["runs"]
    place = run_["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == uri


def test_markdown_keeps_tables_whole() -> None:
    stage = StageReport(1, "y = a | b\n+ `c`", 7, (), 4, Status.PROVED)
    answer = judged(None, stages=(stage,), **RIGHT)
    text = markdown.text([answer], ["g.py"])
    assert "1 file: 1 verified; 1 skipped, without a module beside them." in text
    assert r"| 1 | y = a \| b + \`c\` | 4 | proved |" in text
    rows = [line for line in text.splitlines() if line.startswith("| 1 ")]
    assert rows[0].replace(r"\|", "").count("|") == 5


# -- forms, from the command


@pytest.fixture
def wrong(folder: Path) -> int:
    """The line of a wrong gradient in the module beside staged.py."""
    assert run("staged.py").exit_code == 0
    path = folder / "staged_backward.py"
    lines = path.read_text().split("\n")
    (line,) = [i for i, text in enumerate(lines) if text.startswith("    dy = ")]
    lines[line] = lines[line].replace("dy = ", "dy = 2 * ")
    path.write_text("\n".join(lines))
    return line + 1


def test_a_wrong_gradient_in_every_form(wrong: int) -> None:
    results = {
        form: run("verify", "staged.py", "--format", form)
        for form in ("text", "json", "sarif", "github", "markdown")
    }
    assert {result.exit_code for result in results.values()} == {1}
    assert (
        f"wrong staged_backward.py:{wrong}: stage (1): `dy`" in results["text"].stdout
    )
    (file,) = json.loads(results["json"].stdout)["files"]
    assert file["report"]["findings"][0]["line"] == wrong
    document = json.loads(results["sarif"].stdout)
    check_sarif(document)
    (result,) = document["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "staged_backward.py"
    assert place["region"]["startLine"] == wrong
    start = f"::error file=staged_backward.py,line={wrong},"
    assert results["github"].stdout.startswith(start)
    assert "1 file: 1 wrong" in results["github"].stderr
    assert rf"**BG040** staged\_backward.py:{wrong}: " in results["markdown"].stdout


def test_nothing_to_report_is_a_document_too() -> None:
    run("staged.py")
    assert run("verify", "staged.py", "--format", "github").stdout == ""
    document = json.loads(run("verify", "staged.py", "--format", "sarif").stdout)
    check_sarif(document)
    assert document["runs"][0]["results"] == []


def test_numbers_that_json_does_not_have(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    reporting.put_json([{"mean": math.nan, "all": [math.inf, -math.inf, 1.5]}])
    (file,) = json.loads(capfdbinary.readouterr().out)["files"]
    assert file == {"mean": None, "all": [None, None, 1.5]}
