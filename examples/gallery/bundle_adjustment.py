"""How far points in photographs are from where a model of cameras and points has them."""

import numpy as np


def rotate(r: "O, 3", X: "O, 3"):
    """Rodrigues' formula: X turned about the axis r by the angle |r|."""
    theta = np.sqrt(np.sum(r**2, axis=1, keepdims=True) + 1e-30)
    axis = r / theta
    c = np.cos(theta)
    s = np.sin(theta)
    along = np.sum(axis * X, axis=1, keepdims=True)
    return c * X + s * np.cross(axis, X) + (1 - c) * along * axis


def reprojection_error(
    cameras: "C, 11",
    points: "P, 3",
    weights: "O",
    camera: "O int",
    point: "O int",
    features: "O, 2",
):
    cam = cameras[camera]
    X = rotate(cam[:, :3], points[point] - cam[:, 3:6])
    p = X[:, :2] / X[:, 2:]
    r2 = np.sum(p**2, axis=1, keepdims=True)
    distortion = 1 + cam[:, 9:10] * r2 + cam[:, 10:11] * r2**2
    pixels = cam[:, 7:9] + cam[:, 6:7] * distortion * p
    error = weights[:, np.newaxis] * (pixels - features)
    loss = np.sum(error**2) + np.sum((1 - weights**2) ** 2)
    return loss
