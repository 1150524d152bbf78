"""The examples: their modules are current, and give gradients that are known."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import backgen
import pytest
from backgen.cli import main
from click.testing import CliRunner
from written_examples import EXAMPLES, written

WRITTEN = sorted(EXAMPLES.glob("*_backward.py"))
SOURCES = [path for path in sorted(EXAMPLES.glob("*.py")) if path not in WRITTEN]

every_example = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)


def close(*values: float) -> object:
    return pytest.approx(values, rel=1e-12, abs=1e-15)


@every_example
def test_modules_are_current(path: Path) -> None:
    beside = path.with_name(f"{path.stem}_backward.py").read_text(encoding="utf-8")
    assert backgen.generate(path).source == beside


def test_every_module_has_its_source() -> None:
    sources = {path.stem.removesuffix("_backward") for path in WRITTEN}
    assert sources == {path.stem for path in SOURCES}


def test_the_command_finds_all_modules_current() -> None:
    """Those of the gallery too, with the options that their headers name."""
    given = ["--check", "--no-verify", "--format", "json", str(EXAMPLES)]
    result = CliRunner(catch_exceptions=False).invoke(main, given)
    outcomes = json.loads(result.stdout)["files"]
    assert [o["file"] for o in outcomes if o["status"] != "unchanged"] == []
    assert len(outcomes) == len(list(EXAMPLES.rglob("*_backward.py")))


@every_example
def test_everything_is_proved(path: Path) -> None:
    report = backgen.verify(path)
    assert report.verified, report.findings


def test_the_command_writes_them(tmp_path: Path) -> None:
    for path in SOURCES:
        shutil.copy(path, tmp_path)
    names = [path.name for path in SOURCES]
    for arguments in ([], ["--check"]):
        run = subprocess.run(
            [sys.executable, "-m", "backgen", *arguments, *names],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.returncode, run.stdout) == (0, ""), run.stderr
    for path in WRITTEN:
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


# -- known gradients (those of the examples on arrays: test_examples_arrays.py)


def test_staged() -> None:
    # the course's own backward pass, step by step, at its own values
    x, y = 3, -4
    sigx, sigy = 1 / (1 + math.exp(-x)), 1 / (1 + math.exp(-y))
    num, den = x + sigy, sigx + (x + y) ** 2
    dden = -num / den**2
    dx = 2 * (x + y) * dden + (1 - sigx) * sigx * dden + 1 / den
    dy = 2 * (x + y) * dden + (1 - sigy) * sigy / den
    value, gradients = written("staged").staged_value_and_grad(x, y)
    assert value == num / den
    assert gradients == close(dx, dy)
    assert gradients == close(2.0595697955721652, 1.5922327514838093)


def test_neuron() -> None:
    value, (dw, dx) = written("neuron").neuron_value_and_grad([2, -3, -3], [-1, -2])
    slope = (1 - value) * value
    assert value == pytest.approx(0.7310585786300049)
    assert dw == [-1 * slope, -2 * slope, slope]
    assert dx == [2 * slope, -3 * slope]


def test_product() -> None:
    value, gradients = written("product").product_value_and_grad(-2, 5, -4)
    assert (value, gradients) == (-12, (-4, -4, 3))


def test_logistic() -> None:
    # Printed in the course notes as dL, dp, dq, ...: dL/ds is s(1 - s) at s = 1. Their
    # dw0, dx0, dw1 and dx1 are those of the other product each, because the two
    # multiplication layers are mixed up there (-0.39, -0.59, -0.20, 0.39). What is
    # right: dw0 = x0 * dp, dx0 = w0 * dp, dw1 = x1 * dq, dx1 = w1 * dq.
    value, gradients = written("logistic").logistic_value_and_grad(2, -1, -3, -2, -3)
    slope = 0.19661193324148185
    assert value == pytest.approx(0.7310585786300049)
    assert gradients == close(-slope, 2 * slope, -2 * slope, -3 * slope, slope)


@pytest.mark.parametrize(
    ("x", "y", "gradients"),
    [(3, -4, (4, 0, 6)), (-4, 3, (0, 4, 6)), (3, 3, (0, 4, 6))],
    ids=["first", "second", "tie"],
)
def test_maxgate(x: float, y: float, gradients: tuple[float, ...]) -> None:
    assert written("maxgate").maxgate_value_and_grad(x, y, 2) == (12, gradients)


def test_black_scholes() -> None:
    spot, strike, years, rate, sigma = 100.0, 105.0, 0.75, 0.03, 0.25
    value_and_grad = written("black_scholes").call_price_value_and_grad
    price, gradients = value_and_grad(spot, strike, years, rate, sigma)
    # the closed forms of the Greeks
    root = sigma * math.sqrt(years)
    d1 = (math.log(spot / strike) + (rate + sigma**2 / 2) * years) / root
    normal1, normal2 = (math.erfc(-d / math.sqrt(2)) / 2 for d in (d1, d1 - root))
    density = math.exp(-(d1**2) / 2) / math.sqrt(2 * math.pi)
    present = strike * math.exp(-rate * years)
    delta = normal1
    to_strike = -math.exp(-rate * years) * normal2
    time = spot * density * sigma / (2 * math.sqrt(years)) + rate * present * normal2
    rho = present * years * normal2
    vega = spot * density * math.sqrt(years)
    assert price == pytest.approx(spot * normal1 - present * normal2, rel=1e-12)
    # theta is by convention the change as time goes on, so the gradient's negative
    assert gradients == close(delta, to_strike, time, rho, vega)
    assert -gradients[2] < 0


def test_pressure_drop() -> None:
    flow, bore, length, rough, rho, mu = 0.02, 0.15, 120.0, 4.5e-5, 998.0, 1.0e-3
    rise, fittings = 3.0, 4.5
    module = written("pressure_drop")
    arguments = (flow, bore, length, rough, rho, mu, rise)
    total, gradients = module.pressure_drop_value_and_grad(
        *arguments, fittings=fittings
    )
    # by hand, through the logarithmic derivatives of dp = (f L/D + K) q + rho g h
    speed = 4 * flow / (math.pi * bore**2)
    reynolds = rho * speed * bore / mu
    first, second = (rough / (3.7 * bore)) ** 1.11, 6.9 / reynolds
    factor = (-1.8 * math.log10(first + second)) ** -2
    head = rho * speed**2 / 2
    pipe, bends = factor * length / bore * head, fittings * head
    # d log f = -2 d log root, where d root = -1.8 / ln 10 * d log bracket
    slope = 2 * 1.8 / math.log(10) * math.sqrt(factor)
    by_rough = slope * 1.11 * first / (first + second)
    by_reynolds = -slope * second / (first + second)
    # Re ~ rho Q / (D mu), q ~ rho Q^2 / D^4, first ~ (rough / D)^1.11
    by_flow = (pipe * (2 + by_reynolds) + 2 * bends) / flow
    by_bore = (pipe * (-5 - by_reynolds - by_rough) - 4 * bends) / bore
    by_rho = (pipe * (1 + by_reynolds) + bends) / rho + 9.81 * rise
    assert total == pytest.approx(pipe + bends + rho * 9.81 * rise, rel=1e-12)
    assert gradients == close(
        by_flow,
        by_bore,
        pipe / length,
        pipe * by_rough / rough,
        by_rho,
        -pipe * by_reynolds / mu,
        rho * 9.81,
        head,
    )


def test_features() -> None:
    module = written("features")
    _, cache = module.unpacking_forward((2.0, 3.0), 0.5)
    c, s = math.cos(0.5), math.sin(0.5)
    # the outputs are s x + c y and c x - s y
    gradients = module.unpacking_backward((1.0, 10.0), cache)
    dpoint, dangle = gradients
    assert dpoint == pytest.approx([s + 10 * c, c - 10 * s])
    assert dangle == pytest.approx((2 * c - 3 * s) + 10 * (-2 * s - 3 * c))

    _, gradients = module.overwriting_value_and_grad(1.5, 0.1, steps=3)
    assert gradients == close(3 * 0.8**2 - 1, 3 * 1.5 * -4 * 0.8)

    upstream = {"clipped": 1.0, "leaky": 10.0, "total": 100.0}
    for a, expected in ((0.5, 11.0), (-1.0, 1.1), (3.0, 10.0)):
        _, cache = module.choosing_forward(a, 0.7)
        by_b = 100 * (1 + 4 * 0.7)  # total is (2 b + 4 b^2) / 2
        assert module.choosing_backward(upstream, cache) == close(expected, by_b)

    weights = (2.0, 3.0, 6.0)
    _, (dweights, dx) = module.summing_value_and_grad(weights, 0.5)
    decay = math.exp(-0.5)
    by_norm = [w / 7 * 6 * decay for w in weights]
    expected = [1 / 3 + by_norm[0], 1 / 3 + by_norm[1], 1 / 3 + by_norm[2] + 7 * decay]
    assert dweights == close(*expected)
    assert dx == pytest.approx(-42 * decay)
