"""Parts of arrays that a loop moves along: windows, with a step or without."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.4, -0.3, 0.7, 1.1, -0.6, 0.2])
A = np.outer(X, X[:4]) + 0.3
K = np.array([[0.5, -0.7], [0.3, 0.9]])

WINDOWS = (
    case(
        "a window in each place",
        """
        def f(x: "N", w: "K"):
            n, k = len(x), len(w)
            out = np.zeros(n - k + 1)
            for i in range(n - k + 1):
                out[i] = np.sum(np.tanh(x[i : i + k] * w))
            return out
        """,
        x=X,
        w=X[:2],
    ),
    case(
        "a window moves on by a step",
        """
        def f(x: "N", w: "K", step: int):
            n, k = len(x), len(w)
            s = 0.0
            for i in range(1 + (n - k) // step):
                s = s * 0.5 + np.sum(x[i * step : i * step + k] * w) ** 2
            return s
        """,
        x=X,
        w=X[:3],
        step=2,
    ),
    case(
        "windows in two dimensions",
        """
        def f(x: "H, W", w: "K, L"):
            h, k = x.shape[0], w.shape[0]
            out = np.zeros(((h - k) // 2 + 1, x.shape[1] - w.shape[1] + 1))
            for i in range(out.shape[0]):
                for j in range(x.shape[1] - w.shape[1] + 1):
                    part = x[2 * i : 2 * i + k, j : j + w.shape[1]]
                    out[i, j] = np.sum(part * w) + np.prod(part)
            return out
        """,
        x=A,
        w=K,
    ),
    case(
        "blocks of an image",
        """
        def f(x: "H, W"):
            h, w = x.shape
            out = np.zeros((h // 2, w // 2))
            for i in range(h // 2):
                for j in range(w // 2):
                    out[i, j] = np.mean(x[2 * i : 2 * i + 2, 2 * j : 2 * (j + 1)] ** 2)
            return out
        """,
        x=A,
    ),
    case(
        "the largest of each block, in all channels",
        """
        def f(x: "C, H, W"):
            C, H, W = x.shape
            out = np.zeros((C, H // 2, W // 2))
            for i in range(H // 2):
                for j in range(W // 2):
                    block = x[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
                    out[:, i, j] = np.max(block, axis=(1, 2))
            return out
        """,
        x=np.sin(np.arange(32.0)).reshape(2, 4, 4),
    ),
    case(
        "parts of parts are kept where a part of them changes",
        """
        def f(x: "C, N"):
            y = np.sin(x)
            s = 0.0
            for j in range(1, x.shape[1]):
                s += np.sum(y[:, j][:, None] * y[:, j - 1 : j + 1][:, ::-1] ** 2)
                y[:, 1:][1:, j - 1] = y[:, j - 1 : j][1:, 0] * s
            return s + np.sum(y**2)
        """,
        x=A[:3],
    ),
    case(
        "a window that goes back",
        """
        def f(x: "N", w: "3"):
            s = 0.0
            for i in range(len(x) - 2, 0, -1):
                s = s * x[i] + np.sum(w * x[i - 1 : i + 2])
            return s
        """,
        x=X,
        w=X[:3],
    ),
    case(
        "windows that end behind the array",
        """
        def f(x: "N", w: "2"):
            s = 0.0
            for i in range(len(x)):
                s = s * 0.5 + np.sum(x[i : i + 2] * w) ** 2
            return s
        """,
        x=X,
        w=X[:2],
    ),
    case(
        "windows that end behind the array, by one step",
        """
        def f(x: "N", w: "2"):
            s = 0.0
            for i in range((len(x) + 1) // 2):
                s = s * 0.5 + np.sum(x[2 * i : 2 * i + 2] * w) ** 2
            return s
        """,
        x=X[:5],
        w=X[:2],
    ),
    case(
        "windows that begin in front of the array",
        """
        def f(x: "N", w: "4"):
            s = 0.0
            for i in range(len(x) - 2):
                s = s * 0.5 + np.sum(x[i - 1 : i + 2] * w[0]) ** 2
            return s
        """,
        x=X,
        w=X[:4],
    ),
    case(
        "windows as long as a number says",
        """
        def f(x: "N", w: "N", k: int):
            s = 0.0
            for i in range(len(x) - k + 1):
                s = s * 0.5 + np.mean(x[i : i + k] * w[: max(k, 1)])
            return s
        """,
        x=X,
        w=-X,
        k=2,
    ),
)
