"""The programs of the gallery that are fitted: their modules, gradients and scripts."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
GALLERY = ROOT / "examples" / "gallery"

FUNCTIONS = {
    "gaussian_mixture": "log_likelihood",
    "bundle_adjustment": "reprojection_error",
    "heat_source": "misfit",
}


@pytest.fixture(autouse=True)
def by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(GALLERY)
    monkeypatch.syspath_prepend(ROOT / "benchmarks")


def arguments_of(program: str) -> tuple[Any, ...]:
    rng = np.random.default_rng(3)
    match program:
        case "gaussian_mixture":
            K, D, N = 3, 4, 11
            parts = (rng.normal(size=s) / 2 for s in ((K,), (K, D), (K, 10), (N, D)))
            return (*parts, 1.3, 2)
        case "bundle_adjustment":
            cameras = rng.normal(size=(2, 11)) / 10
            cameras[:, 5] -= 5
            cameras[:, 6] += 2
            camera, point = rng.integers(0, 2, 7), rng.integers(0, 3, 7)
            given = (cameras, rng.normal(size=(3, 3)), rng.uniform(0.5, 1, 7))
            return (*given, camera, point, rng.normal(size=(7, 2)))
        case _:
            rows, columns = rng.integers(0, 6, (2, 5))
            given = (np.array([2.2, 3.1, 0.7]), 0.17, rng.normal(size=(6, 7)))
            return (*given, rng.normal(size=(4, 5)), rows, columns)


def copies(arguments: tuple[Any, ...]) -> list[Any]:
    return [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]


def written(program: str) -> tuple[Any, list[Any]]:
    """The value and gradients of the module on disk."""
    module = import_module(f"{program}_backward")
    run = getattr(module, f"{FUNCTIONS[program]}_value_and_grad")
    value, gradients = run(*copies(arguments_of(program)))
    return value, [*gradients]


@pytest.mark.parametrize("program", FUNCTIONS)
def test_module_is_current_and_verified(program: str) -> None:
    module = backgen.generate(GALLERY / f"{program}.py")
    assert module.report is not None
    assert module.report.ok
    beside = GALLERY / f"{program}_backward.py"
    assert module.source == beside.read_text(encoding="utf-8")
    said = re.search(r"Checked: (\d+) of (\d+) stages proved", module.source)
    assert said is not None
    unproved = {"bundle_adjustment": 1}.get(program, 0)
    assert int(said[2]) - int(said[1]) == unproved


@pytest.mark.parametrize("program", FUNCTIONS)
def test_gradients_are_those_by_hand(program: str) -> None:
    by_hand = import_module(f"by_hand.{program}").value_and_grad
    value, found = written(program)
    expected, gradients = by_hand(*copies(arguments_of(program)))
    assert value == pytest.approx(expected, rel=1e-12)
    for mine, other in zip(found, gradients, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("program", FUNCTIONS)
def test_gradients_agree_with_differences(program: str) -> None:
    original = getattr(import_module(program), FUNCTIONS[program])
    arguments = arguments_of(program)
    _, found = written(program)
    varied = [i for i, a in enumerate(arguments) if np.asarray(a).dtype.kind == "f"]
    step = 1e-6
    for position, gradient in zip(varied, found, strict=True):
        for place in np.ndindex(np.shape(gradient)):
            ends = []
            for sign in (1, -1):
                moved = copies(arguments)
                moved[position] = np.array(moved[position])
                moved[position][place] += sign * step
                ends.append(original(*moved))
            difference = (ends[0] - ends[1]) / (2 * step)
            gradient = np.asarray(gradient)
            scale = np.abs(gradient).max()
            assert gradient[place] == pytest.approx(difference, abs=1e-6 * scale)


def said_by(script: str) -> str:
    command = [sys.executable, str(GALLERY / f"fit_{script}.py"), "--small"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def last_number(text: str) -> float:
    return float(text.rsplit(maxsplit=1)[-1])


def test_the_mixture_is_found() -> None:
    assert last_number(said_by("gaussian_mixture")) < 0.25


def test_cameras_and_points_are_found() -> None:
    """Features are where they were seen, up to the noise, and false ones are known."""
    said = said_by("bundle_adjustment")
    assert last_number(said) < 1.2
    weights = re.search(r"true at least ([\d.]+), false at most ([\d.]+)", said)
    assert weights is not None
    assert float(weights[1]) > 0.9
    assert float(weights[2]) < 0.1


def test_the_heater_is_found_and_a_tape_only_where_it_is_needed() -> None:
    said = said_by("heat_source")
    assert last_number(said) < 0.1
    one, both = (float(mb) for mb in re.findall(r"([\d.]+) MB", said))
    assert both > 3 * one


def test_no_array_is_kept_for_the_heater_alone() -> None:
    """The conductivity needs one array of the plate for each step."""
    steps = 30
    source, conductivity, u, _, rows, columns = arguments_of("heat_source")
    readings = np.zeros((steps, len(rows)))
    kept = {}
    for wrt in (("source",), ("source", "conductivity")):
        module = backgen.generate(GALLERY / "heat_source.py", wrt=wrt, verify=False)
        _, cache = module.load().misfit_forward(
            source, conductivity, u.copy(), readings, rows, columns
        )
        kept[len(wrt)] = sum(np.size(part) for trip in cache[-1] for part in trip)
    sensors = steps * len(rows)
    inside = (u.shape[0] - 2) * (u.shape[1] - 2)
    assert kept == {1: sensors, 2: sensors + steps * inside}
