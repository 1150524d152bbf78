"""What the README shows is what the programs do."""

from __future__ import annotations

import re
from pathlib import Path

import backgen
import pytest
from backgen.cli import main
from click.testing import CliRunner

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, flags=re.DOTALL)


def blocks(start: str) -> list[str]:
    return [text for _, text in BLOCKS if text.startswith(start)]


def test_the_example_is_the_example() -> None:
    (shown,) = blocks("# examples/staged.py")
    source = (ROOT / "examples/staged.py").read_text(encoding="utf-8")
    assert shown.partition("\n")[2] == source


def test_the_backward_function_is_what_is_written() -> None:
    (shown,) = blocks("def staged_backward")
    written = backgen.generate(ROOT / "examples/staged.py")
    assert shown in written.source
    (checked,) = blocks("Checked: ")
    assert checked in written.source


def test_the_api_does_what_the_comments_say(tmp_path: Path) -> None:
    (shown,) = blocks("import backgen")
    program = tmp_path / "area.py"
    program.write_text(f"{shown}result = value, dx, dy, y, pullback(1.0)\n")
    scope: dict[str, object] = {"__name__": "area"}
    exec(compile(program.read_text(), str(program), "exec"), scope)
    value, dx, dy, y, gradients = scope["result"]  # type: ignore[misc]
    assert (value, dx, dy, y, gradients) == (18.0, 9.0, 12.0, 18.0, (9.0, 12.0))


def test_the_refusal_reads_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shown,) = blocks("net.py:")
    monkeypatch.chdir(tmp_path)
    Path("net.py").write_text(
        "def net(x):\n    y = x\n    for k in range(3):\n"
        "        y = y * x\n    return y\n"
    )
    result = CliRunner().invoke(main, ["net.py"])
    assert result.exit_code == 2
    assert shown in result.output
