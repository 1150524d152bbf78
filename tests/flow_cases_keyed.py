"""Dicts that a program fills and looks into: what they have, loops over them,
defaults, and keys of several integers."""

from __future__ import annotations

import numpy as np
from flow_case import FlowCase, case

X = np.array([0.5, -1.2, 0.8, 0.3])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]])
_COLLECTIONS = "from collections import Counter, defaultdict\n\n\n"


def _with_defaults(name: str, body: str, expects: str = "right", **arguments: object):
    made = case(name, body, expects, **arguments)
    text = made.text.replace("\n\n\n", "\n" + _COLLECTIONS, 1)
    return FlowCase(name, text, arguments, expects)


KEYED = (
    case(
        "a table under two integers",
        """
        def f(A: "N, M"):
            n, m = A.shape
            dp = {(0, 0): A[0, 0]}
            for i in range(n):
                for j in range(m):
                    if i == 0 and j > 0:
                        dp[i, j] = dp[i, j - 1] + A[i, j]
                    elif j == 0 and i > 0:
                        dp[i, j] = dp[i - 1, j] * A[i, j]
                    elif i > 0:
                        dp[i, j] = min(dp[i - 1, j], dp[(i, j - 1)]) + A[i, j] ** 2
            return dp[n - 1, m - 1]
        """,
        A=A,
    ),
    case(
        "keys of two integers in a loop backward, below 0",
        """
        def f(x: "4"):
            d = {}
            for i in range(-2, 2):
                d[i, -i] = x[i + 2] ** 2
            for i in range(1, -2, -1):
                d[i - 1, 1 - i] = d[i - 1, 1 - i] * d[i, -i] + x[0]
            return d[-2, 2] * d[1, -1]
        """,
        x=X,
    ),
    case(
        "arrays under two integers, overwritten",
        """
        def f(A: "N, M"):
            d = {}
            for i in range(2):
                for j in range(2):
                    d[i, j] = A[i] * (j + 1)
            for i in range(3):
                d[i % 2, 1] = np.sin(d[1, i % 2]) * d[i % 2, 1]
            return np.sum(d[0, 1] * d[1, 1] + d[1, 0])
        """,
        A=A,
    ),
    case(
        "what a dict has not yet is put there",
        """
        def f(x: "4"):
            d = {}
            for i in range(4):
                k = i % 3
                if k not in d:
                    d[k] = x[0]
                d[k] = d[k] * x[i] + x[i] ** 2
            return d[0] * d[1] + d[2]
        """,
        x=X,
    ),
    case(
        "get, with a default that carries a gradient",
        """
        def f(x: "4"):
            d = {}
            for i in range(4):
                d[i % 3] = d.get(i % 3, x[1]) * x[i] + d.get(i - 1, 2.0)
            return d[0] * d[1] + d.get(2, x[0]) + d.get(7, x[3]) ** 2
        """,
        x=X,
    ),
    case(
        "a distribution that is convolved with itself",
        """
        def f(p: "3", n: int):
            dist = {0: 1.0}
            for _ in range(n):
                new = {}
                for s, q in dist.items():
                    for k in range(3):
                        new[s + k] = new.get(s + k, 0.0) + q * p[k]
                dist = new
            mean = 0.0
            for s, q in dist.items():
                mean += s * q**2
            return mean
        """,
        p=np.array([0.2, 0.5, 0.3]),
        n=3,
    ),
    case(
        "no convolution at all",
        """
        def f(p: "3", n: int):
            dist = {0: p[0]}
            for _ in range(n):
                new = {}
                for s, q in dist.items():
                    new[s + 1] = q * p[1]
                dist = new
            return dist[0] ** 2
        """,
        p=np.array([0.2, 0.5, 0.3]),
        n=0,
    ),
    case(
        "a loop that overwrites what it goes over",
        """
        def f(x: "4"):
            d = {}
            for i in range(4):
                d[i] = x[i] ** 2
            for k in d:
                d[k] = d[k] * x[0] + d[3 - k]
            s = 0.0
            for v in d.values():
                s = s * 0.5 + v**2
            return s
        """,
        x=X,
    ),
    case(
        "values that change under the loop over pairs",
        """
        def f(x: "4"):
            d = {}
            for i in range(4):
                d[i] = x[i] ** 2
            s = 0.0
            for k, v in d.items():
                s += v * (k + 1)
                d[3] = d[3] * v
                d[0] = s
            return s + d[3] * d[0]
        """,
        x=X,
    ),
    case(
        "a loop over an empty dict",
        """
        def f(x: "4", n: int):
            d = {}
            for i in range(n):
                d[i] = x[i]
            s = x[0] * x[1]
            for k, v in d.items():
                s = s * v + k
            return s
        """,
        x=X,
        n=0,
    ),
    case(
        "pairs of two integers and a value",
        """
        def f(x: "4"):
            d = {}
            for i in range(3):
                for j in range(i):
                    d[i, j] = x[i] * x[j]
            s = x[3]
            for (i, j), v in d.items():
                s = s * x[i] + v**2 * (j + 1)
            for i, j in d:
                s += d[i, j] * x[j]
            return s
        """,
        x=X,
    ),
    case(
        "how many a dict has, as key and as factor",
        """
        def f(x: "4"):
            d = {}
            for i in range(4):
                d[len(d)] = x[i] ** 2 * len(d)
                if i % 2:
                    d[0] = d[len(d) - 1] * x[0] * len(d)
            return d[0] * d[3] / len(d)
        """,
        x=X,
    ),
    case(
        "in, as a number",
        """
        def f(x: "4"):
            d = {}
            s = 0.0
            for i in range(4):
                s += x[i] ** 2 * (2.0 if i - 2 in d else 1.0)
                d[i] = x[i]
            return s * d[1]
        """,
        x=X,
    ),
    case(
        "a second name of a dict that is looked into",
        """
        def f(x: "4"):
            d = {}
            e = d
            for i in range(4):
                if i % 2 not in e:
                    d[i % 2] = x[i] ** 2
                e[i % 2] *= x[i]
            return d[0] * e[1] + d.get(5, x[2])
        """,
        x=X,
    ),
    case(
        "a dict that becomes the last one",
        """
        def f(x: "4"):
            old = {0: x[0], 1: x[1]}
            new = {}
            for t in range(3):
                for k in old:
                    new[k] = old[k] * x[t] + old.get(1 - k, x[3])
                old = new
                new = {}
            return old[0] * old[1]
        """,
        x=X,
    ),
    case(
        "a dict that one way fills and another one does not",
        """
        def f(x: "4", n: int):
            d = {}
            if n > 2:
                for i in range(n):
                    d[i] = x[i] ** 3
            s = x[0]
            for k in sorted(d):
                s = s * d[k] + x[k]
            return s + (d[1] if 1 in d else x[1])
        """,
        x=X,
        n=3,
    ),
    case(
        "the values and the keys as a whole",
        """
        def f(x: "4"):
            d = {}
            for i in range(4):
                d[i * i % 5] = x[i] ** 2
            values, keys = list(d.values()), sorted(d.keys())
            s = sum(d.values()) * max(d.values()) + values[1] * keys[2]
            return s * max(d) + np.array(list(d.values())) @ x[:3]
        """,
        x=X,
    ),
    case(
        "a dict made of another one",
        """
        def f(x: "4"):
            d = {}
            for i in range(4):
                d[i * i] = x[i] ** 2
            e = {k: v * x[0] for k, v in d.items() if k > 0}
            for k, v in e.items():
                d[k] = d[k] * v
            return sum(e[k] * d[k] for k in e)
        """,
        x=X,
    ),
    *(
        case(
            f"keys are no items at places: {taken}",
            f"""
            import itertools

            def f(x: "4"):
                d = {{}}
                for i in range(4):
                    d[3 - i] = x[i] ** 2
                {taken}
                return a * x[0]
            """,
            "refused",
            x=X,
        )
        for taken in (
            "a = max(d, key=lambda k: d[k])",
            "a = sum(p * q for p, q in itertools.pairwise(d))",
            "a, *rest = d",
            "a = d.copy()[0]",
        )
    ),
    _with_defaults(
        "keys out of arrays of integers",
        """
        def f(x: "4", labels: "4 int", pairs: "4, 2 int"):
            sums = {}
            table = defaultdict(float)
            for i in range(len(x)):
                sums[labels[i]] = sums.get(labels[i], 0.0) + x[i] ** 2
                table[pairs[i, 0], pairs[i, 1]] += x[i]
            s = 0.0
            for a, b in pairs:
                s += table[a, b] ** 2
            for c in labels:
                if c in sums and c + 7 not in sums:
                    s += sums[c]
            return s * sums[1]
        """,
        x=X,
        labels=np.array([1, 0, 1, 2]),
        pairs=np.array([[0, 1], [1, 2], [0, 1], [2, 2]]),
    ),
    case(
        "the best of each group",
        """
        def f(x: "4"):
            best = {}
            for i in range(4):
                k = i % 2
                if k not in best or x[i] > best[k]:
                    best[k] = x[i] * (i + 1)
            return best[0] * best[1] ** 2
        """,
        x=X,
    ),
    case(
        "a default that is an array, and changed",
        """
        def f(x: "4"):
            d = {}
            for i in range(3):
                d[i] = x * (i + 1)
            w = d.get(2, x)
            w[0] = 5.0
            return np.sum(d[2] * x)
        """,
        "refused:BG022",
        x=X,
    ),
    case(
        "keys of two types",
        """
        def f(x: "4"):
            d = {}
            for i in range(2):
                d[i] = x[i]
                d[i, i] = x[i + 1]
            return d[0] * d[1, 1]
        """,
        "refused:BG015",
        x=X,
    ),
    _with_defaults(
        "a defaultdict that is added to",
        """
        def f(x: "4"):
            acc = defaultdict(float)
            for i, v in enumerate(x):
                acc[i % 2] += v * v
            return acc[0] * acc[1] + acc[2]
        """,
        x=X,
    ),
    _with_defaults(
        "to read a defaultdict puts something there",
        """
        def f(x: "4"):
            acc = defaultdict(lambda: 2.0)
            s = acc[7] * x[0]
            for i in range(4):
                acc[i % 2] *= x[i]
                s += acc[i % 3] * x[i]
            for k, v in acc.items():
                s += k * v**2
            return s * len(acc)
        """,
        x=X,
    ),
    _with_defaults(
        "a defaultdict of places, that is the next one",
        """
        def f(x: "4"):
            dp = defaultdict(float)
            dp[0, 0] = 1.0
            for i in range(3):
                new = defaultdict(float)
                for (a, b), v in dp.items():
                    new[a + 1, b] += v * x[i]
                    new[a, b + 1] += v * (1 - x[i])
                dp = new
            return sum(v * v * (a + 1) for (a, b), v in dp.items())
        """,
        x=X,
    ),
    _with_defaults(
        "a defaultdict read under a condition",
        """
        def f(x: "4"):
            acc = defaultdict(float)
            for i in range(4):
                s = acc[i - 1] if i % 2 else x[i]
                acc[i] = s * x[i] + acc[i - 2]
            return acc[3] * acc[2]
        """,
        x=X,
    ),
    _with_defaults(
        "a defaultdict read under a condition, and gone over",
        """
        def f(x: "4"):
            acc = defaultdict(float)
            for i in range(4):
                acc[i] = (acc[i - 7] if i % 2 else x[i]) * x[i]
            return sum(acc[k] for k in acc)
        """,
        "refused:BG015",
        x=X,
    ),
    _with_defaults(
        "a defaultdict with a second name",
        """
        def f(x: "4"):
            acc = defaultdict(float)
            both = (acc, acc)
            acc[0] += x[0]
            return acc[0] * x[1]
        """,
        "refused",
        x=X,
    ),
    _with_defaults(
        "a Counter",
        """
        def f(x: "4"):
            seen = Counter()
            s = 0.0
            for i in [0, 1, 1, 3]:
                s += x[i] * (1 + seen[i])
                seen[i] += 1
            for k, n in seen.items():
                s *= x[k] ** n
            return s
        """,
        x=X,
    ),
    case(
        "numbers of NumPy in front of a list of floats",
        """
        def f(x: "4"):
            window = [0.0] * 3
            s = 0.0
            for v in x:
                window = [v] + window[:-1]
                s += window[0] * window[2] + window[1] ** 2
            return s
        """,
        x=X,
    ),
    case(
        "a list whose items are the larger of two",
        """
        def f(x: "4"):
            best = [0.0] * 5
            for i in range(4):
                for c in range(4, i % 3, -1):
                    best[c] = max(best[c], best[c - i % 3 - 1] + x[i] ** 2)
            return best[4] * best[2]
        """,
        x=X,
    ),
    case(
        "a list that is sorted by a key, and backwards",
        """
        def f(x: "4"):
            ys = [v * v for v in x]
            zs = list(x)
            ys.sort(reverse=True)
            zs.sort(key=lambda v: -abs(v))
            s = 0.0
            for i in range(4):
                s = s * 0.5 + ys[i] * zs[3 - i]
            return s
        """,
        x=X,
    ),
    case(
        "a list that is sorted by a key, and grows",
        """
        def f(x: "4"):
            ys = [v * v for v in x]
            ys.sort(key=lambda v: (v - x[0]) ** 2, reverse=True)
            for t in range(3):
                ys.append(ys[t] * ys[1] + x[t])
            return ys[5] * ys[0] * ys[1] + ys[2] ** 2 * ys[3]
        """,
        x=X,
    ),
    case(
        "a list with a second name that is sorted by a key",
        """
        def f(x: "4"):
            ys = [v * v for v in x]
            zs = ys
            ys.sort(key=lambda v: -v)
            return ys[0] * zs[1]
        """,
        "refused:BG022",
        x=X,
    ),
    case(
        "all items of a list at once",
        """
        def f(x: "4"):
            ys = [v * v for v in x]
            zs = [x[0], x[1]]
            ys[:] = [y * x[1] + ys[-1] for y in ys]
            ys[:] = ys + zs
            zs[0] = ys[0]
            return ys[0] * ys[-1] + ys[1] * ys[-2]
        """,
        x=X,
    ),
    case(
        "the caller's list, all items at once",
        """
        def f(x: "4"):
            def square(zs):
                zs[:] = [z * z for z in zs]

            ys = [x[0], x[1]]
            square(ys)
            return ys[0] * ys[1]
        """,
        "either",
        x=X,
    ),
    case(
        "items that are deleted",
        """
        def f(x: "4"):
            ys = [v * v for v in x]
            s = 0.0
            while len(ys) > 1:
                s = s * 0.5 + ys[0] * ys[-1]
                del ys[0]
            del ys[-1]
            ys.extend(v * s for v in x)
            return ys[0] * ys[3]
        """,
        x=X,
    ),
)
