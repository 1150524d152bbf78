"""Scripts that call functions of modules beside them are verified."""

from __future__ import annotations

from pathlib import Path

import backgen
import pytest
from backgen.command.verifying import judge
from backgen.verify.reports.report import Status

MODULE = '''
"""Layers."""

import numpy as np

SLOPE = 0.1


def affine(x, W, b):
    return x @ W + b


def leaky(x):
    return np.where(x > 0, x, SLOPE * x)
'''
SCRIPT = """
import numpy as np
from layers import {names}

x = np.array([[0.5, -1.5], [2.5, 0.3]])
W = np.array([[0.1, 0.2, 0.4], [-0.3, 0.7, 0.9]])
b = np.zeros(3)

h = {layer}(affine(x, W, b))
out = np.sum(h**2)

# what follows is no more than a remark,
# in several lines,
# below which there is nothing
"""
NUMBERS = """
import math


def sigmoid(z):
    return 1 / (1 + math.exp(-z))
"""


@pytest.mark.parametrize(
    ("names", "layer"), [("affine, leaky", "leaky"), ("affine, leaky as act", "act")]
)
def test_a_script_on_arrays(tmp_path: Path, names: str, layer: str) -> None:
    (tmp_path / "layers.py").write_text(MODULE)
    script = tmp_path / "net.py"
    script.write_text(SCRIPT.format(names=names, layer=layer))
    report = judge(str(script)).report
    assert report.verified, report.to_dict()
    (function,) = report.functions
    assert (function.name, function.modular) == ("net", Status.MODULAR)


def test_a_script_on_numbers(tmp_path: Path) -> None:
    (tmp_path / "own_math.py").write_text(NUMBERS)
    script = tmp_path / "neuron.py"
    script.write_text(
        "from own_math import sigmoid\n\nw = 2.0\nx = -1.0\nout = sigmoid(w * x)\n"
    )
    report = judge(str(script)).report
    assert report.verified, report.to_dict()


def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    (tmp_path / "own_math.py").write_text(NUMBERS)
    script = tmp_path / "neuron.py"
    script.write_text(
        "from own_math import sigmoid\n\nw = 2.0\nx = -1.0\nout = sigmoid(w * x)\n"
    )
    module = tmp_path / "neuron_backward.py"
    from backgen import pipeline, stamp
    from backgen.pipeline import Options

    built = pipeline.from_text(script.read_text(), str(script), Options())
    text = built.text(stamp.UNCHECKED)
    assert "dw = x * dz" in text
    module.write_text(text.replace("dw = x * dz", "dw = 2 * x * dz"))
    assert judge(str(script)).report.findings


SCRIPTS = {
    "several inputs in one line": ("x, y = 2.0, -3.0\nf = x * y\n", "(x, y)"),
    "a loop, and what it comes to is said": (
        "x = 0.5\nfor k in range(3):\n    x = x * (2 - x)\nf = x * x\nprint(f)\n",
        "(x)",
    ),
    "a seed, and arrays times numbers": (
        "import numpy as np\n\nnp.random.seed(0)\nnp.set_printoptions(precision=3)\n"
        "W = 0.1 * np.random.randn(2, 3)\nb = -np.ones(2) / 2\n"
        "f = np.sum(np.tanh(W @ np.ones(3) + b))\nprint('f', f)\n",
        "(W, b)",
    ),
}


@pytest.mark.parametrize(("text", "inputs"), SCRIPTS.values(), ids=SCRIPTS)
def test_what_a_script_begins_with_is_its_input(
    tmp_path: Path, text: str, inputs: str
) -> None:
    script = tmp_path / "notes.py"
    script.write_text(text)
    report = judge(str(script)).report
    assert report.verified, report.to_dict()
    source = backgen.generate(script).source
    assert f"def notes_forward{inputs}:" in source
    assert "seed" not in source


def test_a_seed_in_a_function_stays(tmp_path: Path) -> None:
    path = tmp_path / "noisy.py"
    path.write_text(
        'import numpy as np\n\n\ndef noisy(x: "3"):\n    np.random.seed(seed=4)\n'
        "    return np.sum(x * np.random.randn(3))\n"
    )
    assert "    np.random.seed(seed=4)\n" in backgen.generate(path).source
