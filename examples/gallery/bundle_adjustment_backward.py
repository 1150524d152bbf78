"""Backward pass of bundle_adjustment.py, written by backgen 0.1.0. Do not edit; run `backgen bundle_adjustment.py` again.

Source: sha256:65fe9602f1322f1b
Checked: 13 of 14 stages proved equal to SymPy's derivatives at O=2; C=2, P=2, O=3, 1 exact modulo 2**61 - 1; the whole gradients exact modulo 2**61 - 1 on the paths tried.
"""

import numpy as np


def _float_type(x):
    """Return the type of the elements of x, or that of floats if they are integers."""
    return (np.zeros(0, np.asarray(x).dtype) + 0.0).dtype


def rotate_forward(r, X):
    """Run rotate; return out and the values that its backward pass needs."""
    theta = np.sqrt(np.sum(r**2, axis=1, keepdims=True) + 1e-30)  # (1)
    axis = r / theta  # (2)
    c = np.cos(theta)  # (3)
    s = np.sin(theta)  # (4)
    along = np.sum(axis * X, axis=1, keepdims=True)  # (5)
    out_cross = np.cross(axis, X)
    out = c * X + s * out_cross + (1 - c) * along * axis  # (6)
    return out, (r, X, theta, axis, c, s, along, out_cross)


def rotate_backward(dout, cache):
    """Return the gradients (dr, dX) from the upstream gradient dout (O, 3)."""
    r, X, theta, axis, c, s, along, out_cross = cache
    # (6) out = c * X + s * out_cross + (1 - c) * along * axis
    dc = np.sum(X * dout, axis=1, keepdims=True)
    dX = c * dout
    ds = np.sum(out_cross * dout, axis=1, keepdims=True)
    daxis = np.cross(X, s * dout)
    dX += np.cross(s * dout, axis)
    dout_raw = np.sum(axis * dout, axis=1, keepdims=True)
    dc -= along * dout_raw
    dalong = (1 - c) * dout_raw
    daxis += (1 - c) * along * dout
    # (5) along = np.sum(axis * X, axis=1, keepdims=True)
    daxis += X * dalong
    dX += axis * dalong
    # (4) s = np.sin(theta)
    dtheta = np.cos(theta) * ds
    # (3) c = np.cos(theta)
    dtheta -= np.sin(theta) * dc
    # (2) axis = r / theta
    dr = daxis / theta
    dtheta -= np.sum(r / theta**2 * daxis, axis=1, keepdims=True)
    # (1) theta = np.sqrt(np.sum(r**2, axis=1, keepdims=True) + 1e-30)
    dr += r * (dtheta / theta)
    return dr, dX


def reprojection_error_forward(cameras, points, weights, camera, point, features):
    """Run reprojection_error; return loss and the values that its backward pass needs."""
    cam = cameras[camera]  # (1)
    r = cam[:, :3]
    rotate_X = points[point] - cam[:, 3:6]
    theta = np.sqrt(np.sum(r**2, axis=1, keepdims=True) + 1e-30)
    axis = r / theta
    c = np.cos(theta)
    s = np.sin(theta)
    along = np.sum(axis * rotate_X, axis=1, keepdims=True)
    X_cross = np.cross(axis, rotate_X)
    X = c * rotate_X + s * X_cross + (1 - c) * along * axis  # (2)
    p = X[:, :2] / X[:, 2:]  # (3)
    r2 = np.sum(p**2, axis=1, keepdims=True)  # (4)
    distortion = 1 + cam[:, 9:10] * r2 + cam[:, 10:11] * r2**2  # (5)
    pixels = cam[:, 7:9] + cam[:, 6:7] * distortion * p  # (6)
    error = weights[:, np.newaxis] * (pixels - features)  # (7)
    loss = np.sum(error**2) + np.sum((1 - weights**2) ** 2)  # (8)
    return loss, (
        cameras,
        points,
        weights,
        camera,
        point,
        features,
        cam,
        r,
        rotate_X,
        theta,
        axis,
        c,
        s,
        along,
        X_cross,
        X,
        p,
        r2,
        distortion,
        pixels,
        error,
    )


def reprojection_error_backward(dloss, cache):
    """Return the gradients (dcameras, dpoints, dweights, dfeatures) from the upstream gradient dloss."""
    (
        cameras,
        points,
        weights,
        camera,
        point,
        features,
        cam,
        r,
        rotate_X,
        theta,
        axis,
        c,
        s,
        along,
        X_cross,
        X,
        p,
        r2,
        distortion,
        pixels,
        error,
    ) = cache
    # (8) loss = np.sum(error**2) + np.sum((1 - weights**2) ** 2)
    derror = 2 * error * dloss
    dweights = -4 * (1 - weights**2) * weights * dloss
    # (7) error = weights[:, np.newaxis] * (pixels - features)
    dweights += np.sum((pixels - features) * derror, axis=1)
    dpixels = weights[:, np.newaxis] * derror
    dfeatures = -weights[:, np.newaxis] * derror
    # (6) pixels = cam[:, 7:9] + cam[:, 6:7] * distortion * p
    dcam = np.zeros_like(cam, dtype=_float_type(cam))
    dcam[:, 7:9] = dpixels
    dpixels_raw = np.sum(p * dpixels, axis=1, keepdims=True)
    dcam[:, 6:7] = distortion * dpixels_raw
    ddistortion = cam[:, 6:7] * dpixels_raw
    dp = cam[:, 6:7] * distortion * dpixels
    # (5) distortion = 1 + cam[:, 9:10] * r2 + cam[:, 10:11] * r2**2
    dcam[:, 9:10] = r2 * ddistortion
    dr2 = cam[:, 9:10] * ddistortion
    dcam[:, 10:11] = r2**2 * ddistortion
    dr2 += 2 * cam[:, 10:11] * r2 * ddistortion
    # (4) r2 = np.sum(p**2, axis=1, keepdims=True)
    dp += 2 * p * dr2
    # (3) p = X[:, :2] / X[:, 2:]
    dX = np.zeros_like(X)
    dX[:, :2] = dp / X[:, 2:]
    dX[:, 2:] = -np.sum(X[:, :2] / X[:, 2:] ** 2 * dp, axis=1, keepdims=True)
    # (2) X = c * rotate_X + s * X_cross + (1 - c) * along * axis
    dpoints = np.zeros_like(points, dtype=_float_type(points))
    dc = np.sum(rotate_X * dX, axis=1, keepdims=True)
    drotate_X = c * dX
    ds = np.sum(X_cross * dX, axis=1, keepdims=True)
    daxis = np.cross(rotate_X, s * dX)
    drotate_X += np.cross(s * dX, axis)
    dX_raw = np.sum(axis * dX, axis=1, keepdims=True)
    dc -= along * dX_raw
    dalong = (1 - c) * dX_raw
    daxis += (1 - c) * along * dX
    daxis += rotate_X * dalong
    drotate_X += axis * dalong
    dtheta = np.cos(theta) * ds
    dtheta -= np.sin(theta) * dc
    dr = daxis / theta
    dtheta -= np.sum(r / theta**2 * daxis, axis=1, keepdims=True)
    dr += r * (dtheta / theta)
    np.add.at(dpoints, point, drotate_X)
    dcam[:, 3:6] = -drotate_X
    dcam[:, :3] = dr
    # (1) cam = cameras[camera]
    dcameras = np.zeros_like(cameras, dtype=_float_type(cameras))
    np.add.at(dcameras, camera, dcam)
    return dcameras, dpoints, dweights, dfeatures


def reprojection_error_value_and_grad(
    cameras, points, weights, camera, point, features
):
    """Return loss and its gradients (dcameras, dpoints, dweights, dfeatures)."""
    loss, cache = reprojection_error_forward(
        cameras, points, weights, camera, point, features
    )
    return loss, reprojection_error_backward(1.0, cache)
