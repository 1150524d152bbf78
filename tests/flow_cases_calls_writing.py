"""Functions that change their first argument, and where results go."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
V = np.array([1.1, 0.4, -0.7, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [-0.9, 0.2, 0.7]])

CALLS_WRITING = (
    case(
        "a diagonal is filled",
        """
        def f(A: "N, N", v: "N", s: float):
            B = A.copy()
            np.fill_diagonal(B, v)
            C = A @ B
            np.fill_diagonal(C, s * s)
            return np.sum(C**2)
        """,
        A=A,
        v=V[:3],
        s=0.7,
    ),
    case(
        "the diagonal of a long parameter is filled, in a loop",
        """
        def f(A: "3, 2", s: float, n: int):
            total = 0.0
            for i in range(n):
                A *= 1.5
                np.fill_diagonal(A, s * A[2, 1])
                total += np.sum(A**3)
            return total
        """,
        A=A[:, :2],
        s=0.7,
        n=2,
    ),
    case(
        "a diagonal is filled with an array of another length",
        """
        def f(A: "N, M", v: "K"):
            B = A * 2
            np.fill_diagonal(B, v)
            return np.sum(B**2)
        """,
        "refused:BG014",
        A=A,
        v=V[:2],
    ),
    case(
        "elements are put",
        """
        def f(x: "4", v: "2", s: float):
            y = x * 2
            np.put(y, [0, 2], v)
            y.put([3, 3], s)
            return np.sum(y**2 * x)
        """,
        x=X,
        v=V[:2],
        s=0.7,
    ),
    case(
        "fewer elements are put than there are places",
        """
        def f(x: "4", v: "2"):
            y = x * 2
            np.put(y, [0, 2, 3], v)
            return np.sum(y**2)
        """,
        "refused:BG014",
        x=X,
        v=V[:2],
    ),
    case(
        "elements are put along axes",
        """
        def f(A: "3, 3", v: "3, 1", places: "int 3"):
            B = A * 2
            order = np.argsort(A, axis=1)[:, :1]
            np.put_along_axis(B, order, v, axis=1)
            np.put_along_axis(B, places[None, :], A[:1] ** 2, axis=0)
            return np.sum(B**2 * A)
        """,
        A=A,
        v=V[:3, None],
        places=np.array([1, 0, 1]),
    ),
    case(
        "copies to an array, also where a mask is true",
        """
        def f(x: "4", v: "4", s: float):
            y = np.empty_like(x)
            np.copyto(y, x * v)
            np.copyto(y, v, where=x > 0)
            np.copyto(y[1:], s, where=x[:-1] > 0.4)
            np.putmask(y, y < 0, v)
            np.putmask(y, x > 0.7, s)
            np.place(y, x < -1, [s * s])
            return np.sum(y**2 * x)
        """,
        x=X,
        v=V,
        s=0.7,
    ),
    case(
        "a mask with other values than elements",
        """
        def f(x: "4", v: "2"):
            y = x * 2
            np.putmask(y, y > 0, v)
            return np.sum(y**2)
        """,
        "refused:BG014",
        x=X,
        v=V[:2],
    ),
    case(
        "where results go, as the last argument",
        """
        def f(a: "3", b: "3"):
            c = np.empty_like(a)
            np.multiply(a, b, c)
            np.add(c, a, out=c)
            np.exp(c, c)
            d = np.zeros(3)
            np.dot(np.outer(a, b), c, d)
            np.clip(d, -0.5, 5.0, d)
            np.cumsum(d * b, out=a)
            np.add(d[:2], 1.0, out=d[:2])
            return np.sum(c**2) + np.sum(d * a)
        """,
        a=X[:3],
        b=V[:3],
    ),
    case(
        "an item of the caller's dict is filled",
        """
        def f(p: {"K": "N, N"}, s: float):
            np.fill_diagonal(p["K"], s)
            return np.sum(p["K"] @ p["K"])
        """,
        p={"K": A},
        s=0.7,
    ),
)
