"""Find a heater, and how well the plate conducts, from sensors, with the written
gradient; and show what the gradients of one and both keep in memory."""

import argparse
import tracemalloc
from pathlib import Path

import backgen
import numpy as np
from heat_source_backward import misfit_value_and_grad
from scipy.optimize import minimize

TRUTH = np.array([11.3, 20.8, 0.05, 0.18])  # row, column, strength, conductivity
NOISE = 0.01


def readings_of(truth, shape, steps, rows, columns):
    """Return what the sensors read at each step: half the gradient of the misfit with
    respect to the readings, which are 0 here."""
    nothing = np.zeros((steps, len(rows)))
    plate = np.zeros(shape)
    _, gradients = misfit_value_and_grad(
        truth[:3], truth[3], plate, nothing, rows, columns
    )
    return -gradients[3] / 2


def fit(start, shape, readings, rows, columns):
    """Return row, column, strength and conductivity of the least misfit."""
    scale = np.array([10.0, 10.0, 0.1, 0.1])

    def objective(z):
        source, conductivity = (z * scale)[:3], (z * scale)[3]
        loss, (dsource, dconductivity, *_) = misfit_value_and_grad(
            source, conductivity, np.zeros(shape), readings, rows, columns
        )
        return loss, np.array([*dsource, dconductivity]) * scale

    bounds = [(0, 4), (0, 4), (0, 10), (0, 2.4)]  # stable up to 0.25
    found = minimize(objective, start / scale, jac=True, bounds=bounds)
    return found.x * scale, found


def peak(wrt, shape, readings, rows, columns):
    """Return the most megabytes in use while the gradient of `wrt` is computed."""
    path = Path(__file__).with_name("heat_source.py")
    module = backgen.generate(path, wrt=wrt, verify=False).load()
    source, conductivity, plate = TRUTH[:3], TRUTH[3], np.zeros(shape)
    tracemalloc.start()
    module.misfit_value_and_grad(source, conductivity, plate, readings, rows, columns)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def main(small):
    rng = np.random.default_rng(1)
    shape, steps = ((24, 32), 60) if small else ((40, 40), 400)
    rows, columns = (rng.integers(2, n - 2, 12) for n in shape)
    readings = readings_of(TRUTH, shape, steps, rows, columns)
    readings += rng.normal(scale=NOISE, size=readings.shape)
    start = np.array([15.0, 15.0, 0.02, 0.1])
    found, how = fit(start, shape, readings, rows, columns)
    print(f"{how.nit} iterations, {how.nfev} gradients")
    print("row, column, strength, conductivity:", found.round(4), "true:", TRUTH)
    for wrt in ("source", "source,conductivity"):
        most = peak(wrt.split(","), shape, readings, rows, columns)
        print(f"gradient of {wrt}: {most:.2f} MB")
    off = np.hypot(*(found - TRUTH)[:2])
    print(f"distance from the heater, in cells: {off:.3f}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--small", action="store_true", help="a few seconds at most")
    main(options.parse_args().small)
