"""The frames: wording and layout around prepared text."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jinja2
import pytest
from backgen.emit import render
from backgen.emit.render import FusedText, ModuleText, Part, SplitText, render_module

SPLIT = SplitText(
    shown="staged.py",
    output="f",
    upstream="df",
    gradients=("dx", "dy"),
    forward=Part("def s_forward(x, y):", "    f = x * y\n    return f, (x, y)"),
    backward=Part("def s_backward(df, cache):", "    x, y = cache\n    return y, x"),
    value_and_grad=Part("def s_value_and_grad(x, y):", "    return 1.0"),
)
FUSED = FusedText(
    output="f",
    upstream=None,
    gradients=("dx", "dy"),
    both=Part("def s_value_and_grad(x, y):", "    return x * y, (y, x)"),
)


def module(*functions: SplitText | FusedText, imports: str = "") -> ModuleText:
    return ModuleText("staged.py", "source", imports, "", (), functions)


def docstrings(function: SplitText | FusedText) -> list[str]:
    text = render_module(module(function), "all.")
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line.startswith('"""') and line.endswith('."""')]


def test_split() -> None:
    assert docstrings(SPLIT) == [
        '"""Run staged.py; return f and the values that its backward pass needs."""',
        '"""Return the gradients (dx, dy) from the upstream gradient df."""',
        '"""Return f and its gradients (dx, dy)."""',
    ]


def test_one_gradient() -> None:
    assert docstrings(replace(SPLIT, gradients=("dx",)))[1:] == [
        '"""Return the gradient dx from the upstream gradient df."""',
        '"""Return f and its gradient dx."""',
    ]


def test_an_output_that_is_not_a_number() -> None:
    text = render_module(module(replace(SPLIT, value_and_grad=None)), "all.")
    assert "value_and_grad" not in text
    assert text.endswith("    return y, x\n")


def test_fused() -> None:
    assert docstrings(FUSED) == ['"""Return f and its gradients (dx, dy)."""']
    assert docstrings(replace(FUSED, upstream="df", gradients=("dx",))) == [
        '"""Return f and the gradient dx from the upstream gradient df."""'
    ]


@pytest.mark.parametrize("constants", ["", "G = 9.81"])
@pytest.mark.parametrize("imports", ["", "import math"])
@pytest.mark.parametrize("helpers", [(), ("def _h(x):\n    return x",) * 2])
@pytest.mark.parametrize("functions", [(SPLIT,), (FUSED, SPLIT)])
def test_the_layout_is_that_of_ruff(
    tmp_path: Path,
    constants: str,
    imports: str,
    helpers: tuple[str, ...],
    functions: tuple[SplitText | FusedText, ...],
) -> None:
    whole = ModuleText("staged.py", "s", imports, constants, helpers, functions)
    path = tmp_path / "written.py"
    path.write_text(render_module(whole, "all."), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_prepared_text_is_not_a_template() -> None:
    hostile = replace(
        SPLIT,
        shown="{{ 7 * 7 }}",
        forward=Part("def s_forward(x):", '    print("{{ 7 * 7 }} {% raw %} <&>")'),
    )
    text = render_module(module(hostile), "{{ 7 * 7 }}")
    assert '    print("{{ 7 * 7 }} {% raw %} <&>")\n' in text
    assert "Run '{{ 7 * 7 }}'; return" in text
    assert "Checked: {{ 7 * 7 }}\n" in text


def test_a_frame_that_names_something_unknown_is_an_error() -> None:
    template = render._environment().from_string("{{ nothing_such }}")
    with pytest.raises(jinja2.UndefinedError):
        template.render()
