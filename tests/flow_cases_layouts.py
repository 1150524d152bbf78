"""Writes through arrays in another shape, which are views or copies."""

from __future__ import annotations

import numpy as np
from flow_case import case

LAYOUTS = (
    case(
        "a parameter in one row",
        """
        def f(A: "2, 2", x):
            A.reshape(-1)[3] = x
            return A * A
        """,
        "refused",
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "a product in one row",
        """
        def f(A: "2, 2", x):
            B = A * x
            B.reshape(-1)[3] = x
            return B * A
        """,
        "refused",
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "a row by name of an unknown layout",
        """
        def f(A: "2, 2", x):
            B = A * x
            v = B.ravel()
            v[1] = x
            v[2:] *= 2
            return B * A
        """,
        "refused",
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "new zeros in one row by name",
        """
        def f(v: "4"):
            B = np.zeros((2, 2))
            flat = B.reshape(4)
            for i in range(4):
                flat[i] = v[i] * v[i - 1]
            return B @ B
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
    ),
    case(
        "zeros that are reshaped at once",
        """
        def f(v: "4"):
            B = np.zeros(4).reshape(2, 2)
            B[0] = v[:2] * v[2:]
            B[1] = B[0] * 2
            return B @ B
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
    ),
    case(
        "a row of the transposed",
        """
        def f(A: "2, 2", x):
            A.T[0] = x * A[0]
            return A * A
        """,
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "one element by flat",
        """
        def f(A: "2, 2", x):
            B = A * 2
            B.flat[3] = x
            return B * A
        """,
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "elements by flat",
        """
        def f(A: "2, 2", x):
            B = A * 2
            B.flat[1:3] = x * A[0]
            return B * A
        """,
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "the diagonal by flat",
        """
        def f(A: "2, 2", x):
            B = A * 2
            B.flat[::3] += x
            return B * A
        """,
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "the diagonal of a parameter by flat",
        """
        def f(A: "2, 2", x):
            A.flat[::3] += x
            return A * A
        """,
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "a part in one row",
        """
        def f(A: "2, 2", x):
            B = np.zeros((3, 2, 2))
            B[1].reshape(-1)[2] = x
            B[0] = A
            return B
        """,
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "the transposed in one row",
        """
        def f(A: "2, 2", x):
            B = A * x
            v = B.T.reshape(-1)
            v[2] = x
            return B * v.reshape(2, 2)
        """,
        "refused",
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "a column in one row",
        """
        def f(A: "2, 2", x):
            B = A * x
            v = B[:, :1].reshape(-1)
            v[1] = x
            return B * B[0, 0]
        """,
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "a vector as a matrix",
        """
        def f(v: "4"):
            M = v.reshape(2, 2)
            M[0] = M[1] ** 2
            return v * v
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
    ),
    case(
        "a sum with the transposed in one row",
        """
        def f(A: "2, 2", x):
            B = (A.T * x).ravel()
            B[0] = 5 * x
            C = A + A.T
            C.reshape(-1)[1] = x
            return B * C.ravel()
        """,
        "refused",
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "the transposed of what is filled",
        """
        def f(v: "4"):
            Z = np.empty((2, 2))
            Z[...] = v.reshape(2, 2)
            w = Z.T
            w[0, 1] *= 3
            return Z
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
    ),
    case(
        "names of transposed matrices",
        """
        def f(A: "2, 2", x):
            B = A * x
            t = B.transpose()
            t[0, 1] = x
            s = np.swapaxes(B, 0, 1)
            s[1] += x
            return B * A
        """,
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "a vector with a new axis",
        """
        def f(v: "4"):
            w = v[:, None]
            w[1, 0] = v[0] * v[1]
            return v * v
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
    ),
    case(
        "the diagonal by einsum",
        """
        def f(A: "2, 2", x):
            d = np.einsum("ii->i", A)
            d += x
            return A * A
        """,
        "refused",
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "elements read by flat",
        """
        def f(A: "2, 2", x):
            s = x
            for k in range(4):
                s = s * A.flat[k]
            return s * A.ravel()[2] * A.reshape(-1)[1]
        """,
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "swapped axes are written to",
        """
        def f(A: "2, 2", x):
            B = A * x
            t = B.transpose()
            t[0, 1] = x
            s = B.swapaxes(0, 1)
            s[1] *= t[0]
            return B * A
        """,
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "swapped axes, then a write",
        """
        def f(A, x):
            B = A * x
            y = B.swapaxes(0, 1)[1] * np.sin(B.swapaxes(0, 1)[1]) * B.T[0]
            B[0] = y * 3
            return B * y
        """,
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=np.array([[0.5, -1.2], [0.8, 0.3]]),
    ),
    case(
        "moved axes, then a write",
        """
        def f(A: "2, 2", x):
            B = A * x
            C = np.moveaxis(B, 0, 1)
            y = C * np.sin(C) * np.moveaxis(B, 1, 0) * x
            B[0] = y[1] * 3
            return B * y
        """,
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        x=0.5,
    ),
    case(
        "a row of a row",
        """
        def f(x: "2"):
            B = np.zeros((2, 2))
            v = B.reshape(-1)
            w = v[1:]
            w[0] = x[0] * x[1]
            return B * x
        """,
        x=np.array([0.5, -1.2]),
    ),
    case(
        "a row that is written to in a loop",
        """
        def f(x: "2"):
            B = np.zeros((2, 3))
            flat = B.ravel()
            for i in range(6):
                flat[i] = x[i % 2] * (flat[i - 1] + i)
            flat *= flat
            flat[1:3] += x
            return B @ B.T
        """,
        x=np.array([0.5, -1.2]),
    ),
    case(
        "a new array of zeros like the transposed",
        """
        def f(A: "2, 2"):
            B = np.zeros_like(A.T)
            B.ravel()[1] = A[0, 0] * A[1, 1]
            return B * A
        """,
        "refused",
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
    ),
    case(
        "a copy in one row",
        """
        def f(A: "2, 2"):
            B = A.T.copy()
            v = B.ravel()
            v[1] *= v[2] * A[0, 0]
            C = B * 2.0
            np.reshape(C, -1)[3] = v[0]
            return B * C
        """,
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
    ),
    case(
        "one way makes the transposed",
        """
        def f(A: "2, 2"):
            B = A.copy()
            if A[0, 0] > 0:
                B = A.T * 2.0
            B.ravel()[1] = 3.0 * A[1, 1]
            return B * A
        """,
        "refused",
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
    ),
    case(
        "axes that are divided",
        """
        def f(v: "2, 4"):
            M = v.T.reshape(2, 2, 2)
            M[0, 1] = M[1, 0] ** 2
            M[:, :, 1] *= v[0, 0]
            return v * v
        """,
        v=np.array([[0.5, -1.2, 0.8, 0.3], [1.5, -0.2, 0.7, 0.1]]),
    ),
)
