"""Memory: writes to elements, slices, masks; views, aliases, parameters; lists."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]])

WRITES = (
    case(
        "elements one by one",
        """
        def f(x: "4"):
            y = np.zeros(4)
            for i in range(4):
                y[i] = math.sin(x[i]) * x[i]
            return y
        """,
        x=X,
    ),
    case(
        "elements of an empty array",
        """
        def f(x: "4"):
            y = np.empty(4)
            for i in range(4):
                y[i] = x[i] ** 2
            return y
        """,
        x=X,
    ),
    case(
        "a recurrence that is its own history",
        """
        def f(x: "4", a: float):
            s = np.zeros(5)
            for k in range(4):
                s[k + 1] = np.tanh(a * s[k] + x[k])
            return np.sum(s**2)
        """,
        x=X,
        a=0.7,
    ),
    case(
        "columns of a matrix",
        """
        def f(X: "3, 3", h: "3"):
            S = np.zeros((3, 4))
            S[:, 0] = h
            for k in range(3):
                S[:, k + 1] = np.tanh(X[:, k] * S[:, k])
            return np.sum(S**2)
        """,
        X=A,
        h=X[:3],
    ),
    case(
        "an element that is added to",
        """
        def f(x: "4"):
            y = np.zeros(2)
            for i in range(4):
                y[i % 2] += x[i] ** 2
            return y[0] * y[1]
        """,
        x=X,
    ),
    case(
        "an element that is multiplied",
        """
        def f(x: "4", w: float):
            y = np.ones(2)
            for i in range(4):
                y[i % 2] *= math.sin(x[i]) + w
            return np.sum(y**2)
        """,
        x=X,
        w=1.4,
    ),
    case(
        "an element that is divided and raised",
        """
        def f(x: "4", w: float):
            y = x.copy()
            y[0] /= 1 + w**2
            y[1] **= 2
            y[2] -= y[0] * y[1]
            return np.sum(y * x)
        """,
        x=X,
        w=1.4,
    ),
    case(
        "an element overwritten twice",
        """
        def f(x: "4"):
            y = x * 2
            y[1] = x[0]
            y[1] = y[1] * y[2]
            return np.sum(y**2)
        """,
        x=X,
    ),
    case(
        "an element overwritten after it was read",
        """
        def f(x: "4"):
            y = np.sin(x)
            a = y[1] * y[2]
            y[1] = 0.5
            return a * np.sum(y**2)
        """,
        x=X,
    ),
    case(
        "a whole array read before and after a write",
        """
        def f(x: "4", w: float):
            y = np.tanh(x)
            a = np.sum(y**2)
            y[2] = w
            return a * np.sum(y**3)
        """,
        x=X,
        w=0.3,
    ),
    case(
        "in place on a whole array",
        """
        def f(x: "4", w: float):
            y = np.exp(x)
            y *= w
            y += x
            y -= 0.5
            return np.sum(y**2)
        """,
        x=X,
        w=0.3,
    ),
    case(
        "a slice",
        """
        def f(x: "4", w: float):
            y = np.zeros(4)
            y[1:3] = x[:2] * w
            y[0] = y[1] * y[2]
            return y
        """,
        x=X,
        w=0.7,
    ),
    case(
        "a slice that is filled by a number",
        """
        def f(x: "4", w: float):
            y = np.sin(x)
            y[1:] = w
            return np.sum(y * x)
        """,
        x=X,
        w=0.7,
    ),
    case(
        "a slice with a step, backwards",
        """
        def f(x: "4"):
            y = np.ones(4)
            y[::-2] = x[::2] ** 2
            return np.sum(y * x)
        """,
        x=X,
    ),
    case(
        "a stencil with overlapping reads",
        """
        def f(A: "3, 3"):
            u = A.copy()
            for _ in range(3):
                u[1:-1] = 0.5 * (u[:-2] + u[2:])
            return np.sum(u**2)
        """,
        A=A,
    ),
    case(
        "a stencil that is not linear",
        """
        def f(x: "4", c: float):
            for _ in range(3):
                x[1:-1] = x[1:-1] + c * (x[:-2] * x[2:] - x[1:-1] ** 2)
            return np.sum(x**2)
        """,
        x=X,
        c=0.2,
    ),
    case(
        "a shift of an array onto itself",
        """
        def f(x: "4"):
            y = np.sin(x)
            y[1:] = y[:-1]
            y[:-1] *= y[1:]
            return np.sum(y * x)
        """,
        x=X,
    ),
    case(
        "a reversal of an array onto itself",
        """
        def f(x: "4", w: float):
            y = np.sin(x)
            y[:] = y[::-1]
            y[0] += w
            return np.sum(y * x)
        """,
        x=X,
        w=0.4,
    ),
    case(
        "a mask",
        """
        def f(x: "4"):
            y = x * x
            y[x < 0] = 0
            return np.sum(y * x)
        """,
        x=X,
    ),
    case(
        "a mask on itself",
        """
        def f(x: "4", w: float):
            y = np.sin(x)
            y[y > 0.4] *= w
            y[y < 0] = w
            return np.sum(y**2)
        """,
        x=X,
        w=0.7,
    ),
    case(
        "a mask and values",
        """
        def f(x: "4"):
            y = np.zeros(4)
            m = x > 0
            y[m] = np.sqrt(x[m])
            y[~m] = x[~m] ** 2
            return np.sum(y**3)
        """,
        x=X,
    ),
    case(
        "an array of integers",
        """
        def f(x: "4", k: "3 int"):
            y = np.sin(x)
            y[k] = x[:3] * 2
            return np.sum(y**2)
        """,
        x=X,
        k=np.array([2, 0, 3]),
    ),
    case(
        "an array of integers that repeat, the last one stays",
        """
        def f(x: "4", k: "3 int"):
            y = np.zeros(4)
            y[k] = x[:3] * 2
            return np.sum(y**2)
        """,
        x=X,
        k=np.array([2, 0, 2]),
    ),
    case(
        "added to integers that repeat, once each",
        """
        def f(x: "4", k: "3 int"):
            y = np.ones(4)
            y[k] += x[:3]
            return np.sum(y**2)
        """,
        x=X,
        k=np.array([2, 0, 2]),
    ),
    case(
        "np.add.at",
        """
        def f(x: "4", k: "4 int"):
            y = np.zeros(3)
            np.add.at(y, k, x**2)
            return np.sum(y**2)
        """,
        x=X,
        k=np.array([2, 0, 2, 2]),
    ),
    case(
        "an element of a matrix, on the diagonal",
        """
        def f(A: "3, 3", d: "3"):
            B = A.copy()
            for i in range(3):
                B[i, i] = B[i, i] * d[i]
            return np.sum(B**2)
        """,
        A=A,
        d=X[:3],
    ),
    case(
        "rows swapped",
        """
        def f(A: "3, 3", w: float):
            B = A * w
            B[[0, 2]] = B[[2, 0]]
            B[0] *= 2
            return np.sum(B * A)
        """,
        A=A,
        w=0.7,
    ),
    case(
        "elements swapped",
        """
        def f(x: "4"):
            y = np.sin(x)
            y[0], y[3] = y[3], y[0]
            y[1], y[2] = y[2] * y[0], y[1]
            return np.sum(y * x)
        """,
        x=X,
    ),
    case(
        "a column of a sum over loops",
        """
        def f(A: "3, 3"):
            y = np.zeros(3)
            for i in range(3):
                for j in range(3):
                    if i != j:
                        y[i] += A[i, j] * y[j]
                    else:
                        y[i] += A[i, i]
            return y
        """,
        A=A,
    ),
    case(
        "an array made in the loop",
        """
        def f(x: "4"):
            s = 0.0
            for k in range(3):
                t = np.zeros(4)
                t[k] = x[k]
                t[k + 1] = x[k] * x[k + 1]
                s += np.sum(np.exp(t))
            return s
        """,
        x=X,
    ),
    case(
        "an array overwritten by a new one in the loop",
        """
        def f(x: "4"):
            y = x
            for k in range(3):
                y = np.sin(y) + x
                y[k] = y[k + 1] * y[k]
            return np.sum(y)
        """,
        x=X,
    ),
    case(
        "out=",
        """
        def f(x: "4", w: float):
            y = np.empty(4)
            np.multiply(x, w, out=y)
            np.sin(y, out=y)
            return np.sum(y * x)
        """,
        x=X,
        w=0.7,
    ),
    case(
        "sort in place",
        """
        def f(x: "4", y: "4"):
            z = x * y
            z.sort()
            return np.sum(z * y)
        """,
        x=X,
        y=Y,
    ),
    case(
        "fill",
        """
        def f(x: "4", w: float):
            y = np.sin(x)
            a = np.sum(y**2)
            y.fill(w)
            return a * np.sum(y * x)
        """,
        x=X,
        w=0.7,
    ),
    case(
        "an array of integers cuts what is written to it",
        """
        def f(x: "4"):
            y = np.array([1, 2, 3, 4])
            y[0] = x[0] * 7
            return np.sum(y * x)
        """,
        "either",
        x=X,
    ),
    case(
        "an array of single precision",
        """
        def f(x: "4"):
            y = np.zeros_like(x)
            for i in range(4):
                y[i] = x[i] * x[3 - i]
            return y
        """,
        x=X.astype(np.float32),
    ),
)

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
)

PARAMETERS = (
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
)

LISTS = (
    case(
        "append, then np.array",
        """
        def f(x: "4"):
            out = []
            s = 0.0
            for v in x:
                s = math.tanh(s + v)
                out.append(s)
            return np.array(out)
        """,
        x=X,
    ),
    case(
        "append, then np.stack",
        """
        def f(X: "3, 3", h: "3"):
            hs = []
            for t in range(3):
                h = np.tanh(X[t] + 0.5 * h)
                hs.append(h)
            return np.stack(hs)
        """,
        X=A,
        h=X[:3],
    ),
    case(
        "append, then np.stack on axis 1",
        """
        def f(X: "3, 3"):
            rows = [X[0]]
            for t in range(1, 3):
                rows.append(rows[-1] * X[t])
            return np.stack(rows, axis=1)
        """,
        X=A,
    ),
    case(
        "append, then np.concatenate",
        """
        def f(X: "3, 3"):
            parts = []
            for t in range(3):
                parts.append(np.sin(X[t, : t + 1]))
            return np.concatenate(parts)
        """,
        "either",
        X=A,
    ),
    case(
        "append, then sum",
        """
        def f(x: "4"):
            terms = []
            for v in x:
                terms.append(v * v)
            return sum(terms) * terms[0]
        """,
        x=X,
    ),
    case(
        "append under a condition",
        """
        def f(x: "4"):
            kept = []
            for v in x:
                if v > 0:
                    kept.append(v**2)
            return kept[0] * kept[-1] * len(kept)
        """,
        x=X,
    ),
    case(
        "a list that holds its own history",
        """
        def f(x: float):
            s = [x]
            for k in range(4):
                s.append(math.sin(s[k]) + s[-1])
            return s[-1] * s[2]
        """,
        x=0.4,
    ),
    case(
        "pop",
        """
        def f(x: "4"):
            stack = [x[0], x[1]]
            stack.append(x[2] * x[3])
            a = stack.pop()
            b = stack.pop()
            stack.append(a * b)
            return stack[-1] * stack[0]
        """,
        x=X,
    ),
    case(
        "pop in a loop",
        """
        def f(x: "4"):
            stack = [v * v for v in x]
            s = 1.0
            while stack:
                s = s * stack.pop() + 0.5
            return s
        """,
        x=X,
    ),
    case(
        "elements of a list are written",
        """
        def f(x: float):
            v = [x, 2 * x, 0.0]
            for k in range(2):
                v[k + 1] = v[k] * v[k + 1] + x
            return v[2] * v[0]
        """,
        x=0.4,
    ),
    case(
        "a list with another name",
        """
        def f(x: float):
            v = [x, 2 * x]
            w = v
            w[0] = math.sin(x)
            w.append(x * x)
            return v[0] * v[1] * v[2]
        """,
        x=0.4,
    ),
    case(
        "a list of a known length, times a number of elements",
        """
        def f(x: "4"):
            d = [0.0] * 3
            for k in range(4):
                d[k % 3] += x[k] ** 2
            return d[0] * d[1] + d[2]
        """,
        x=X,
    ),
    case(
        "arrays in a list are written to",
        """
        def f(x: "4", w: float):
            states = [np.zeros(2) for _ in range(2)]
            states[0][1] = w
            states[1][:] = x[:2] * states[0]
            return np.sum(states[1] * w) + states[0][1]
        """,
        "either",
        x=X,
        w=0.4,
    ),
    case(
        "the upper level of a list of lists",
        """
        def f(x: float):
            m = [[x, 1.0], [2.0, x * x]]
            m[0][1] = m[1][1] * x
            return m[0][0] * m[0][1] + m[1][0]
        """,
        "either",
        x=0.4,
    ),
)

MEMORY = (*WRITES, *ALIASES, *PARAMETERS, *LISTS)
