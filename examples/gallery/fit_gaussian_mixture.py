"""Fit a mixture of three Gaussians to drawn points, with the written gradient alone."""

import argparse

import numpy as np
from gaussian_mixture_backward import log_likelihood_value_and_grad
from scipy.optimize import minimize
from scipy.special import softmax

WEIGHTS = np.array([0.5, 0.3, 0.2])
MEANS = np.array([[-2.0, 0.0], [2.0, 1.0], [0.5, -2.5]])
FACTORS = np.array([[[0.8, 0.0], [0.3, 0.4]], [[0.5, 0.0], [-0.4, 0.6]], np.eye(2) / 2])


def draw(count, rng):
    """Draw points from the mixture."""
    component = rng.choice(len(WEIGHTS), size=count, p=WEIGHTS)
    noise = rng.normal(size=(count, 2, 1))
    return MEANS[component] + (FACTORS[component] @ noise)[:, :, 0]


def fit(x, components, rng):
    """Return weights and means of the most likely mixture, and how it was found."""
    D = x.shape[1]
    shapes = ((components,), (components, D), (components, D * (D + 1) // 2))
    sizes = np.cumsum([np.prod(shape) for shape in shapes])[:-1]

    def unpacked(flat):
        parts = np.split(flat, sizes)
        return [part.reshape(shape) for part, shape in zip(parts, shapes)]

    def objective(flat):
        value, gradients = log_likelihood_value_and_grad(*unpacked(flat), x, 0.1, 0)
        return -value, -np.concatenate([g.ravel() for g in gradients[:3]])

    means = x[rng.choice(len(x), components, replace=False)]
    start = np.concatenate(
        [np.zeros(shapes[0]), means.ravel(), np.zeros(shapes[2]).ravel()]
    )
    found = minimize(objective, start, jac=True, method="L-BFGS-B")
    alphas, means, _ = unpacked(found.x)
    return softmax(alphas), means, found


def main(small):
    rng = np.random.default_rng(1)
    x = draw(300 if small else 5_000, rng)
    weights, means, found = min(
        (fit(x, len(WEIGHTS), rng) for _ in range(5)), key=lambda fitted: fitted[2].fun
    )
    order = np.argsort(-weights)
    print(f"{found.nit} iterations, {found.nfev} gradients: {found.message}")
    print("weights", weights[order].round(3), "drawn with", WEIGHTS)
    error = np.abs(means[order] - MEANS).max()
    print(f"largest error of a mean: {error:.3f}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--small", action="store_true", help="a few seconds at most")
    main(options.parse_args().small)
