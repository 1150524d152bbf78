"""What the pages of docs/ show is what the programs do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import backgen
import pytest
from backgen.cli import main
from click.testing import CliRunner

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def blocks(page: str, language: str = "python") -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def test_the_first_gradient_is_proved_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    program, use, *_ = blocks("start.md")
    Path("wave.py").write_text(program, encoding="utf-8")
    result = CliRunner().invoke(main, ["wave.py"])
    assert result.exit_code == 0
    assert result.output.strip() in (DOCS / "start.md").read_text(encoding="utf-8")
    scope: dict[str, float] = {}
    exec(use, scope)
    assert scope["value"] == pytest.approx(0.9193953882637205)
    assert scope["da"] == pytest.approx(0.9193953882637205)


def test_the_passes_that_are_explained_are_those_that_are_written() -> None:
    source = backgen.generate(ROOT / "examples/rnn.py", verify=False).source
    forward, backward = blocks("reading.md")
    assert forward in source
    for line in backward.splitlines():
        assert line.strip() == "..." or line in source


def test_the_home_page_shows_what_is_written() -> None:
    program, backward = blocks("index.md")
    assert program in (ROOT / "examples/affine_relu.py").read_text(encoding="utf-8")
    assert backward in backgen.generate(ROOT / "examples/affine_relu.py").source


def test_the_table_of_support_is_current() -> None:
    """Its forms are tried again: what the page says is so, and nothing is wrong."""
    command = [sys.executable, "benchmarks/support.py"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout == (DOCS / "support.md").read_text(encoding="utf-8")
