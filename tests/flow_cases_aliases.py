"""Views, other names of one array, and parameters that are written to."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]])

ALIASES = (
    case(
        "two names of one array",
        """
        def f(x: "4"):
            z = x * 2
            y = z
            y[0] = x[1] * x[2]
            return np.sum(z**2)
        """,
        x=X,
    ),
    case(
        "two names of one array, both written to",
        """
        def f(x: "4"):
            z = x * 2
            y = z
            y[0] = y[1] * 3
            z[1] = y[0] ** 2
            return np.sum(y * z)
        """,
        x=X,
    ),
    case(
        "two names in one statement",
        """
        def f(x: "4"):
            y = z = np.sin(x)
            y[0] = 0.3
            z[1] *= 2
            return np.sum(y * x) + np.sum(z**2)
        """,
        x=X,
    ),
    case(
        "augmenting writes through the other name",
        """
        def f(x: "4", w: float):
            y = np.sin(x)
            z = y
            z += w
            z *= x
            return np.sum(y**2)
        """,
        x=X,
        w=0.3,
    ),
    case(
        "rebinding parts two names",
        """
        def f(x: "4", w: float):
            y = np.sin(x)
            z = y
            z = z + w
            z[0] = 5 * w
            return np.sum(y * z)
        """,
        x=X,
        w=0.3,
    ),
    case(
        "a copy is not another name",
        """
        def f(x: "4"):
            y = np.sin(x)
            z = y.copy()
            z[0] = z[1] * z[2]
            return np.sum(y * z)
        """,
        x=X,
    ),
    case(
        "a write to a view",
        """
        def f(x: "4"):
            y = np.sin(x)
            v = y[1:]
            v[0] = x[3] ** 2
            v *= 2
            return np.sum(y**2)
        """,
        x=X,
    ),
    case(
        "a view sees what is written to its array",
        """
        def f(x: "4"):
            y = np.sin(x)
            v = y[1:3]
            y[1] = x[0] * x[1]
            return np.sum(v**2) + y[0]
        """,
        x=X,
    ),
    case(
        "two views that overlap",
        """
        def f(x: "4"):
            y = np.sin(x)
            a = y[:3]
            b = y[1:]
            a[1] = b[2] * 2
            b[0] = a[1] * a[0]
            return np.sum(a * b)
        """,
        x=X,
    ),
    case(
        "a view of a view",
        """
        def f(A: "3, 3"):
            B = np.sin(A)
            r = B[1]
            v = r[1:]
            v[0] = A[0, 0] * 3
            r[0] *= v[1]
            return np.sum(B**2)
        """,
        A=A,
    ),
    case(
        "a write to a transpose",
        """
        def f(A: "3, 3"):
            B = np.sin(A)
            T = B.T
            T[0] = A[1]
            T[1, 2] *= 2
            return np.sum(B * A)
        """,
        A=A,
    ),
    case(
        "a write to what is reshaped",
        """
        def f(A: "3, 3"):
            B = np.sin(A)
            v = B.reshape(9)
            v[4] = v[0] * 2
            v[5:] *= 0.5
            return np.sum(B * A)
        """,
        "refused",  # in a row only where A is
        A=A,
    ),
    case(
        "a write to what is raveled",
        """
        def f(A: "3, 3"):
            B = np.sin(A)
            v = B.ravel()
            v[::2] = 0.25
            return np.sum(B * A)
        """,
        "either",
        A=A,
    ),
    case(
        "a row in a loop is a view",
        """
        def f(A: "3, 3"):
            B = np.sin(A)
            for row in B:
                row[0] = row[1] * row[2]
            return np.sum(B**2)
        """,
        A=A,
    ),
    case(
        "a row by index is a view",
        """
        def f(A: "3, 3", w: float):
            B = A * w
            for i in range(3):
                row = B[i]
                row *= row[0] + 1
            return np.sum(B**2)
        """,
        A=A,
        w=0.6,
    ),
    case(
        "two buffers that change places",
        """
        def f(x: "4"):
            a = np.sin(x)
            b = np.zeros(4)
            for _ in range(3):
                b[1:-1] = a[:-2] * a[2:]
                a, b = b, a
            return np.sum(a * x) + np.sum(b)
        """,
        "either",
        x=X,
    ),
    case(
        "which array is written to depends on a value",
        """
        def f(x: "4", y: "4", w: float):
            z = x if w > 0 else y
            z[0] = w
            return np.sum(x * y)
        """,
        "either",
        x=X,
        y=Y,
        w=0.3,
    ),
    case(
        "the alias is made in one branch only",
        """
        def f(x: "4", w: float):
            y = np.sin(x)
            if w > 0:
                z = y
            else:
                z = x * 2
            z[1] = w
            return np.sum(y * z)
        """,
        "either",
        x=X,
        w=0.3,
    ),
    case(
        "np.asarray of an array is the array",
        """
        def f(x: "4"):
            y = np.sin(x)
            z = np.asarray(y)
            z[0] = x[1] ** 2
            return np.sum(y * x)
        """,
        "either",
        x=X,
    ),
    case(
        "an element of a parameter",
        """
        def f(x: "4"):
            x[0] = x[1] * x[2]
            return np.sum(x**2)
        """,
        x=X,
    ),
    case(
        "a parameter in place",
        """
        def f(x: "4", w: float):
            x *= w
            return np.sum(np.sin(x))
        """,
        x=X,
        w=0.4,
    ),
    case(
        "a parameter through another name",
        """
        def f(x: "4"):
            y = x
            y[0] = 0.5
            y[1] = y[2] ** 2
            return np.sum(x**2)
        """,
        x=X,
    ),
    case(
        "a parameter in a loop",
        """
        def f(x: "4", w: float):
            for i in range(1, 4):
                x[i] = x[i] + w * x[i - 1] ** 2
            return x[3] * x[1]
        """,
        x=X,
        w=0.4,
    ),
    case(
        "a parameter is written to and returned",
        """
        def f(x: "4", w: float):
            x[1:] *= w
            x[0] = math.sin(w)
            return x
        """,
        x=X,
        w=0.4,
    ),
    case(
        "a parameter is bound anew and then written to",
        """
        def f(x: "4", w: float):
            x = x * w
            x[0] = 1.5
            return np.sum(x**2)
        """,
        x=X,
        w=0.4,
    ),
    case(
        "the element at entry has no gradient once it is overwritten",
        """
        def f(x: "4", w: float):
            x[2] = w
            return np.sum(x**2)
        """,
        x=X,
        w=0.4,
    ),
    case(
        "a list that is a parameter",
        """
        def f(x: list):
            x[0] = x[1] * x[2]
            x[2] = math.sin(x[0])
            return x[0] * x[1] + x[2]
        """,
        x=[0.3, 0.7, -0.2],
    ),
    case(
        "an array in a dict that is a parameter",
        """
        def f(p: dict, w: float):
            p["W"][0] = w
            p["W"] *= w
            return np.sum(p["W"] ** 2)
        """,
        p={"W": X},
        w=0.7,
    ),
    case(
        "a parameter is sorted",
        """
        def f(x: "4", y: "4"):
            x.sort()
            return np.sum(x * y)
        """,
        x=X,
        y=Y,
    ),
    case(
        "the largest element of what is overwritten then",
        """
        def f(x: "4"):
            s = np.zeros(4)
            for j in range(4):
                s[j] = x[j] * 2.0
            m = s[0]
            for j in range(1, 4):
                m = max(m, s[j])
            for j in range(4):
                s[j] = math.exp(s[j] - m)
            return s
        """,
        x=X,
    ),
    case(
        "what `out` gives back is the array that was written to",
        """
        def f(x: "3", y: "3"):
            z = np.empty_like(x)
            w = np.add(x, y, out=z)
            w *= 2
            return np.sum(z * w)
        """,
        x=np.array([0.5, -1.2, 0.8]),
        y=np.array([0.3, 0.7, 0.9]),
    ),
    case(
        "a logarithm is written to an array",
        """
        def f(x: "3"):
            y = np.zeros_like(x)
            np.log(x, out=y, where=x > 0)
            np.log(x[::2], y[1:])
            return np.sum(y * x)
        """,
        x=np.array([0.5, -1.2, 0.8]),
    ),
)
