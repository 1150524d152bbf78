"""Arrays that change their names while they are written to."""

from __future__ import annotations

import numpy as np
from flow_case import case

U = np.array([0.5, -1.2, 0.8, 0.3, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]])

SWAPS = (
    case(
        "two buffers of a linear stencil",
        """
        def f(u0: "N", k: float):
            u = u0.copy()
            v = np.zeros_like(u)
            for t in range(3):
                for i in range(1, len(u) - 1):
                    v[i] = u[i] + k * (u[i - 1] - 2 * u[i] + u[i + 1])
                u, v = v, u
            return np.sum(u * u * u) + v[1]
        """,
        u0=U,
        k=0.3,
    ),
    case(
        "two buffers of a stencil by slices that is not linear",
        """
        def f(u0: "N", k: float):
            u = u0.copy()
            v = u0.copy()
            for t in range(4):
                v[1:-1] = np.sin(u[1:-1]) + k * u[:-2] * u[2:]
                u, v = v, u
            return np.sum(u * v)
        """,
        u0=U,
        k=0.3,
    ),
    case(
        "three buffers of the wave equation",
        """
        def f(u0: "N", c: float):
            old = u0.copy()
            now = u0.copy()
            new = np.zeros_like(u0)
            for t in range(4):
                new[1:-1] = (
                    2 * now[1:-1] - old[1:-1]
                    + c * (now[:-2] - 2 * now[1:-1] + now[2:]) * now[1:-1]
                )
                old, now, new = now, new, old
            return np.sum(now**2) + old[1] * new[2]
        """,
        u0=U,
        c=0.3,
    ),
    case(
        "buffers in two dimensions, swapped on one way only",
        """
        def f(a: "3, 3", w: float):
            u = a * 1.0
            v = np.zeros_like(u)
            for t in range(4):
                v[1, 1] = w * u[0, 1] * u[1, 0] + u[1, 1]
                v[0, :] = np.tanh(u[0, :] * w)
                if v[1, 1] > 0:
                    u, v = v, u
                else:
                    v[2, 2] = u[1, 1] + w
            return np.sum(u * u) + v[0, 0] * v[2, 2]
        """,
        a=A,
        w=0.7,
    ),
    case(
        "a swap in a straight line",
        """
        def f(x: "5", w: float):
            u, v = x * w, np.sin(x)
            u[1] = v[2] * w
            u, v = v, u
            u[0] += v[1] ** 2
            v[2:] *= u[:3]
            return np.sum(u * v)
        """,
        x=U,
        w=0.7,
    ),
    case(
        "a swap while it has not converged",
        """
        def f(b: "5", w: float):
            x = np.zeros(5)
            y = np.zeros(5)
            err = 1.0
            n = 0
            while err > 0.05 and n < 6:
                for i in range(5):
                    y[i] = b[i] - w * x[i - 1] * x[(i + 1) % 5]
                err = np.max(np.abs(y - x))
                x, y = y, x
                n += 1
            return np.sum(x * x) + y[0]
        """,
        b=U,
        w=0.4,
    ),
    case(
        "a swap by way of a third name",
        """
        def f(u0: "N", k: float):
            u = u0.copy()
            v = np.zeros_like(u)
            for t in range(3):
                v[1:-1] = u[1:-1] * (1 + k * u[:-2])
                tmp = u
                u = v
                v = tmp
            return np.sum(u * u * u) + v[1]
        """,
        u0=U,
        k=0.3,
    ),
    case(
        "a new buffer in every trip",
        """
        def f(u0: "N", k: float):
            u = u0
            for t in range(3):
                new = np.zeros_like(u)
                for i in range(1, len(u) - 1):
                    new[i] = u[i] * (1 + k * u[i - 1])
                u = new
            return np.sum(u * u)
        """,
        u0=U,
        k=0.3,
    ),
    case(
        "a swap of what a view is of",
        """
        def f(u0: "N", k: float):
            u = u0.copy()
            v = u0 * k
            w = u[1:]
            u, v = v, u
            u[1] = v[2] * 2
            v[3] = u[1] * 3
            return np.sum(u * v) + w[2]
        """,
        "either",
        u0=U,
        k=0.3,
    ),
    case(
        "a swap of parameters",
        """
        def f(u: "N", v: "N"):
            u, v = v, u
            u[1] = v[2] * v[1]
            return np.sum(u * v)
        """,
        "either",
        u=U,
        v=U[::-1] * 1.0,
    ),
    case(
        "rows of a matrix by two buffers: an edit distance",
        """
        def f(a: "5", b: "5", w: float):
            before = np.zeros(6)
            now = np.zeros(6)
            for i in range(5):
                now[0] = before[0] + w
                for j in range(5):
                    d = (a[i] - b[j]) ** 2
                    now[j + 1] = -np.log(
                        np.exp(-before[j + 1]) + np.exp(-now[j]) + np.exp(-before[j])
                    ) + d
                before, now = now, before
            return before[5] * w
        """,
        a=U,
        b=U[::-1] * 0.7,
        w=0.4,
    ),
    case(
        "a changed array that is bound again beside another name",
        """
        def f(x: "5", w: float):
            s = np.zeros(5)
            t = w
            for k in range(3):
                s[k] = x[k] * t
                t = t + s[k] ** 2
                s, t = s * t, t * 0.5
            return np.sum(s) * t
        """,
        x=U,
        w=0.6,
    ),
)
