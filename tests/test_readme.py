"""What the README shows is what the programs do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest
from backgen.cli import main
from click.testing import CliRunner

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, flags=re.DOTALL)


def blocks(start: str) -> list[str]:
    return [text for _, text in BLOCKS if text.startswith(start)]


def run(text: str, path: Path) -> dict[str, Any]:
    """What a block defines; it stands in a file, where its functions can be read."""
    path.write_text(text, encoding="utf-8")
    scope: dict[str, Any] = {"__name__": path.stem}
    exec(compile(text, str(path), "exec"), scope)
    return scope


@pytest.mark.parametrize("name", ["staged", "affine_relu"])
def test_the_examples_are_the_examples(name: str) -> None:
    (shown,) = blocks(f"# examples/{name}.py")
    source = (ROOT / f"examples/{name}.py").read_text(encoding="utf-8")
    assert shown.partition("\n")[2] == source


@pytest.mark.parametrize("name", ["staged", "affine_relu"])
def test_the_backward_functions_are_what_is_written(name: str) -> None:
    (shown,) = blocks(f"def {name}_backward")
    assert shown in backgen.generate(ROOT / f"examples/{name}.py").source


def test_the_header_says_what_was_checked() -> None:
    (checked,) = blocks("Checked: ")
    assert checked in backgen.generate(ROOT / "examples/staged.py").source


def test_the_api_does_what_the_comments_say(tmp_path: Path) -> None:
    (shown,) = blocks("import backgen\n\ndef area")
    scope = run(f"{shown}result = value, dx, dy, y, pullback(1.0)\n", tmp_path / "a.py")
    value, dx, dy, y, gradients = scope["result"]
    assert (value, dx, dy, y, gradients) == (18.0, 9.0, 12.0, 18.0, (9.0, 12.0))


def test_the_api_on_a_dict_of_arrays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shown,) = blocks("import backgen\nimport numpy")
    scope = run(shown, tmp_path / "b.py")
    assert "def loss_value_and_grad(params, x, y):" in capsys.readouterr().out
    after = scope["loss"](scope["params"], np.ones((8, 4)), np.zeros(8))
    assert after < scope["value"]


def test_the_refusal_reads_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shown,) = blocks("net.py:")
    monkeypatch.chdir(tmp_path)
    Path("net.py").write_text(
        'import numpy as np\n\n\ndef net(x: "N, D", keep: "N bool"):\n'
        "    top = x if keep.all() else x[1:]\n    top[0] = 0.0\n"
        "    return np.sum(x**2)\n"
    )
    result = CliRunner().invoke(main, ["net.py"])
    assert result.exit_code == 2
    assert shown in result.output


def test_the_mistake_is_found_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("scores.py", "mine.py"):
        (shown,) = blocks(f"# {name}")
        Path(name).write_text(shown.partition("\n")[2], encoding="utf-8")
    (finding,) = blocks("wrong mine.py")
    result = CliRunner().invoke(main, ["verify", "scores.py", "--backward", "mine.py"])
    assert result.exit_code == 1
    said = " ".join(result.output.split())
    assert " ".join(finding.split()).removesuffix("...").rstrip() in said
