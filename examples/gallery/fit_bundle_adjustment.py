"""Find cameras and points from photographs, with the written gradient alone.

Features are seen with noise, and a few are false: those lose their weights.
"""

import argparse

import numpy as np
from bundle_adjustment_backward import (
    reprojection_error_forward,
    reprojection_error_value_and_grad,
)
from scipy.optimize import minimize

FOCAL = 20.0
NOISE = 0.02  # of features
FALSE = 0.04  # of the features
# what a change of 1 is for each parameter of a camera
SCALE = np.array([0.1] * 3 + [0.5] * 3 + [FOCAL / 10] * 3 + [0.05] * 2)


def scene(cameras, points, rng):
    """Cameras in front of a cloud of points; every camera sees every point."""
    truth = np.zeros((cameras, 11))
    truth[:, :3] = rng.normal(scale=0.1, size=(cameras, 3))
    truth[:, 3:6] = rng.normal(scale=0.5, size=(cameras, 3)) - [0, 0, 6]
    truth[:, 6] = FOCAL * rng.uniform(0.9, 1.1, cameras)
    truth[:, 9:] = [0.05, -0.01]
    cloud = rng.uniform(-1, 1, (points, 3))
    camera, point = (i.ravel() for i in np.indices((cameras, points)))
    return truth, cloud, camera, point


def seen(cameras, points, camera, point):
    """Where the cameras see the points: the error against 0 has them in its cache."""
    nothing = np.zeros((len(camera), 2))
    ones = np.ones(len(camera))
    _, cache = reprojection_error_forward(cameras, points, ones, camera, point, nothing)
    return cache[-1]


def fit(start, camera, point, features, iterations):
    """Return cameras, points and weights of the least error, and how it was found."""
    shapes = [part.shape for part in start]
    sizes = np.cumsum([part.size for part in start])[:-1]

    def unpacked(flat):
        parts = np.split(flat, sizes)
        cameras, *others = (p.reshape(shape) for p, shape in zip(parts, shapes))
        return [cameras * SCALE, *others]

    def objective(flat):
        value, gradients = reprojection_error_value_and_grad(
            *unpacked(flat), camera, point, features
        )
        dcameras, dpoints, dweights, _ = gradients
        dcameras *= SCALE
        return value, np.concatenate([dcameras.ravel(), dpoints.ravel(), dweights])

    cameras, points, weights = start
    flat = np.concatenate([(cameras / SCALE).ravel(), points.ravel(), weights])
    limits = {"maxiter": iterations, "maxfun": 4000, "maxcor": 30}
    found = minimize(objective, flat, jac=True, method="L-BFGS-B", options=limits)
    return unpacked(found.x), found


def main(small):
    rng = np.random.default_rng(1)
    truth, cloud, camera, point = scene(*((4, 20) if small else (8, 100)), rng)
    features = seen(truth, cloud, camera, point)
    features = features + rng.normal(scale=NOISE, size=features.shape)
    false = rng.random(len(features)) < FALSE
    angle = rng.uniform(0, 2 * np.pi, false.sum())
    features[false] += 5 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    start = (
        truth + 0.2 * SCALE * rng.normal(size=truth.shape),
        cloud + rng.normal(scale=0.1, size=cloud.shape),
        np.ones(len(features)),
    )
    (cameras, points, weights), found = fit(
        start, camera, point, features, 300 if small else 2000
    )
    off = np.linalg.norm(seen(cameras, points, camera, point) - features, axis=1)
    print(f"{found.nit} iterations, {found.nfev} gradients")
    print(f"weights: true at least {weights[~false].min():.2f}", end="")
    print(f", false at most {weights[false].max():.2f}" if false.any() else "")
    print(
        f"median distance of true features, in units of noise: "
        f"{np.median(off[~false]) / NOISE:.2f}"
    )


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--small", action="store_true", help="a few seconds at most")
    main(options.parse_args().small)
