"""Lists as stacks and queues, read before anything is known to be in them; lists made
of arrays; views whose bounds are lengths."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.9, -0.4, 0.7, 1.3, -1.1, 0.2])

STACKS = (
    case(
        "a queue of places, for the maximum of a window",
        """
        def f(x: "N", width: int):
            queue, out = [], []
            for i in range(len(x)):
                while queue and x[queue[-1]] <= x[i]:
                    queue.pop()
                queue.append(i)
                if queue[0] <= i - width:
                    queue.pop(0)
                if i >= width - 1:
                    out.append(x[queue[0]] ** 2)
            return np.array(out)
        """,
        x=X,
        width=3,
    ),
    case(
        "a stack of pairs, for the largest rectangle",
        """
        def f(h: "N"):
            stack = []
            best = 0.0
            for i, v in enumerate(h):
                start = i
                while stack and stack[-1][1] > v:
                    j, w = stack.pop()
                    best = max(best, w * (i - j))
                    start = j
                stack.append((start, v))
            for j, w in stack:
                best = max(best, w * (len(h) - j))
            return best
        """,
        h=X + 1.63,
    ),
    case(
        "pairs that are taken off where it is not certain that there are any",
        """
        def f(x: "N"):
            held = []
            s = 0.0
            for i in range(len(x)):
                if i % 3 == 2:
                    value, place = held.pop()
                    s += value * x[place - 1]
                held.append((x[i] ** 2, i))
            while not (len(held) < 2 or not held):
                value, place = held.pop()
                s = s * 0.5 + value * place
            return s
        """,
        x=X,
    ),
    case(
        "the hull of points",
        """
        def f(p: "N, 2"):
            hull = []
            for i in np.argsort(p[:, 0]):
                while len(hull) >= 2:
                    a, b = p[hull[-2]], p[hull[-1]]
                    ab, ac = b - a, p[i] - a
                    if ab[0] * ac[1] - ab[1] * ac[0] > 0:
                        break
                    hull.pop()
                hull.append(i)
            s = 0.0
            for k in range(1, len(hull)):
                s += np.linalg.norm(p[hull[k]] - p[hull[k - 1]])
            return s
        """,
        p=np.array([[0.1, 0.4], [1.2, -0.9], [-0.7, 0.3], [0.5, 0.8], [0.3, -0.2]]),
    ),
    case(
        "a machine with a stack, and given operations",
        """
        def f(x: "N", ops: "M int"):
            stack, k = [], 0
            for op in ops:
                if op == 0:
                    stack.append(x[k])
                    k += 1
                elif op == 1:
                    b, a = stack.pop(), stack.pop()
                    stack.append(a * b)
                else:
                    stack[-1] = math.tanh(stack[-1])
            return stack[-1]
        """,
        x=X,
        ops=np.array([0, 0, 1, 2, 0, 1]),
    ),
    case(
        "a list of the numbers of an array",
        """
        def f(x: "N"):
            c = list(x)
            d = x.tolist()
            for m in range(1, len(c)):
                for i in range(len(c) - m):
                    c[i] = c[i + 1] * d[i] - c[i]
                    d[i] = d[i] * c[i]
            return c[0] + d[1]
        """,
        x=X,
    ),
    case(
        "a list of the rows of an array",
        """
        def f(a: "N, M"):
            rows = list(a)
            s = 0.0
            for row in rows:
                s += row @ rows[0]
            return s
        """,
        a=X.reshape(3, 2),
    ),
    case(
        "a list of places that are swapped",
        """
        def f(x: "N"):
            order = list(range(len(x)))
            for k in range(len(order) - 1):
                if x[order[k]] > x[order[k + 1]]:
                    order[k], order[k + 1] = order[k + 1], order[k]
            return x[order[-1]] * x[order[0]] ** 2
        """,
        x=X,
    ),
    case(
        "messages from the last time to the first, put in front of each other",
        """
        def f(x: "T, N", w: "N, N"):
            back = [x[-1]]
            for t in range(len(x) - 2, -1, -1):
                back.insert(0, np.tanh(w @ back[0]) + x[t])
                if len(back) > 2:
                    back[0] = back[0] * back.pop()
            s = x[1]
            for b in back:
                s = s * b
            return s, np.stack(back)
        """,
        x=np.array([[0.1, 0.4], [1.2, -0.9], [-0.7, 0.3], [0.5, 0.8]]),
        w=X[:4].reshape(2, 2),
    ),
    case(
        "a vector in rows of any length",
        """
        def f(x: "N", rows: int):
            z = x.reshape(rows, -1)
            z[0] *= z[1]
            odd = np.reshape(x[1::2], (1, -1))
            odd[0, 1:] += odd[0, :-1] ** 2
            return x
        """,
        x=X,
        rows=3,
    ),
    case(
        "the last items of a list, unpacked",
        """
        def f(a: list[float], n: int):
            seq = [a[0]]
            for k in range(1, len(a)):
                seq.append(a[k] * a[0])
            for k in range(n):
                s0, s1, s2 = seq[-3:]
                seq.append(s0 * s1 + s2)
            first, *_ = seq[1:]
            p, q = seq[:2]
            return seq[-1] * first + p * q
        """,
        a=[*X[:4]],
        n=2,
    ),
    case(
        "Gram and Schmidt, with a list of columns",
        """
        def f(a: "N, K"):
            columns = []
            for j in range(a.shape[1]):
                u = a[:, j].copy()
                for q in columns:
                    u -= (q @ u) * q
                columns.append(u / np.linalg.norm(u))
            return np.stack(columns, axis=1) * a[0, 0]
        """,
        a=np.array([[1.1, 0.4], [1.2, -0.9], [-0.7, 0.3]]),
    ),
    case(
        "attention to what was seen before",
        """
        def f(x: "T, N", w: "N, N"):
            keys = []
            out = np.zeros_like(x)
            for t, v in enumerate(x):
                k = np.tanh(w @ v)
                total, norm = v, 1.0
                for s, old in enumerate(keys):
                    p = np.exp(old @ k)
                    total = total + p * x[s]
                    norm += p
                out[t] = total / norm
                keys.append(k)
            return out
        """,
        x=np.array([[0.1, 0.4], [1.2, -0.9], [-0.7, 0.3]]),
        w=X[:4].reshape(2, 2),
    ),
    case(
        "the last state, if there is one",
        """
        def f(x: "T, N"):
            states = []
            total = 0.0
            for t in range(len(x)):
                before = states[-1] if states else np.zeros(2)
                if len(states) > 1:
                    total += states[-1] @ states[-2]
                states.append(np.tanh(x[t] + 0.5 * before))
            return total + states[0].sum()
        """,
        x=np.array([[0.1, 0.4], [1.2, -0.9], [-0.7, 0.3]]),
    ),
    case(
        "neighbours that may not be there, in place",
        """
        def f(u: "N", c: float):
            n = len(u)
            for i in range(n):
                left = u[i - 1] if i > 0 else 0.0
                right = c * u[i + 1] if i + 1 < n else c
                u[i] = u[i] * right + left * c
                u[i] *= u[i + 2] if i + 2 < n and u[i + 2] > 0 else 2.0
                u[0] += u[i + 1] * u[i + 1] if i + 1 < n and u[i + 1] > 0 else c
            return u
        """,
        u=X,
        c=0.7,
    ),
    case(
        "an item that may not be there, of a list that changes",
        """
        def f(x: "N"):
            items = []
            total = 0.0
            for t in range(len(x)):
                before = items[-1] * x[t] if len(items) > 0 else x[0]
                total += before * x[t]
                items.append(before * before + x[t])
                if t == 2:
                    items[-1] *= 2.0
                    items[0] = 3.0 * x[0]
            return total + items[0]
        """,
        x=X,
    ),
    case(
        "a view that ends at a length of what it is of",
        """
        def f(x: "N", y: "N"):
            x[0] = y[-1] * x[1]
            half, rest = x[: len(x) // 2], y[y.shape[0] // 2 :]
            half *= 2.0
            rest += half
            return x * y, half, rest
        """,
        x=X,
        y=X[::-1] ** 2,
    ),
)
