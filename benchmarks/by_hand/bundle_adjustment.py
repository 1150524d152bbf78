"""The error of examples/gallery/bundle_adjustment.py, with both passes by hand."""

from __future__ import annotations

from typing import Any

import numpy as np


def value_and_grad(
    cameras: Any, points: Any, weights: Any, camera: Any, point: Any, features: Any
) -> tuple[Any, tuple[Any, ...]]:
    """The error, and the gradients of cameras, points, weights and features."""
    cam = cameras[camera]
    r, f, k1, k2 = cam[:, :3], cam[:, 6:7], cam[:, 9:10], cam[:, 10:11]
    V = points[point] - cam[:, 3:6]
    theta = np.sqrt(np.sum(r**2, axis=1, keepdims=True) + 1e-30)
    axis = r / theta
    c, s = np.cos(theta), np.sin(theta)
    along = np.sum(axis * V, axis=1, keepdims=True)
    turned = np.cross(axis, V)
    X = c * V + s * turned + (1 - c) * along * axis
    p = X[:, :2] / X[:, 2:]
    r2 = np.sum(p**2, axis=1, keepdims=True)
    distortion = 1 + k1 * r2 + k2 * r2**2
    seen = distortion * p
    off = cam[:, 7:9] + f * seen - features
    error = weights[:, None] * off
    value = np.sum(error**2) + np.sum((1 - weights**2) ** 2)

    derror = 2 * error
    dweights = np.sum(off * derror, axis=1) - 4 * (1 - weights**2) * weights
    dpixels = weights[:, None] * derror
    dcam = np.empty_like(cam)
    dcam[:, 7:9] = dpixels
    dcam[:, 6:7] = np.sum(seen * dpixels, axis=1, keepdims=True)
    ddistortion = f * np.sum(p * dpixels, axis=1, keepdims=True)
    dcam[:, 9:10] = r2 * ddistortion
    dcam[:, 10:11] = r2**2 * ddistortion
    dr2 = (k1 + 2 * k2 * r2) * ddistortion
    dp = f * distortion * dpixels + 2 * p * dr2
    dX = np.empty_like(X)
    dX[:, :2] = dp / X[:, 2:]
    dX[:, 2:] = -np.sum(p * dX[:, :2], axis=1, keepdims=True)
    sdX = s * dX
    inside = np.sum(axis * dX, axis=1, keepdims=True)
    dc = np.sum(V * dX, axis=1, keepdims=True) - along * inside
    ds = np.sum(turned * dX, axis=1, keepdims=True)
    dalong = (1 - c) * inside
    dV = c * dX + np.cross(sdX, axis) + axis * dalong
    daxis = np.cross(V, sdX) + (1 - c) * along * dX + V * dalong
    dtheta = c * ds - s * dc - np.sum(axis * daxis, axis=1, keepdims=True) / theta
    dcam[:, :3] = daxis / theta + axis * dtheta
    dcam[:, 3:6] = -dV
    dcameras, dpoints = np.zeros_like(cameras), np.zeros_like(points)
    np.add.at(dcameras, camera, dcam)
    np.add.at(dpoints, point, dV)
    return value, (dcameras, dpoints, dweights, -dpixels)
