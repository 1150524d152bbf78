"""Scripts that call functions of modules beside them are verified."""

from __future__ import annotations

from pathlib import Path

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
