"""Control flow: loops, branches, jumps, conditions, comprehensions."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]])

FOR = (
    case(
        "power by multiplication",
        """
        def f(x: float):
            out = 1.0
            for _ in range(5):
                out = out * x
            return out
        """,
        x=0.9,
    ),
    case(
        "range with start and step",
        """
        def f(x: float):
            s = x
            for k in range(2, 11, 3):
                s = s * x + math.sin(k * x)
            return s
        """,
        x=0.7,
    ),
    case(
        "range that counts down",
        """
        def f(x: "4"):
            s = 0.0
            for k in range(3, -1, -1):
                s = s * x[k] + x[k]
            return s
        """,
        x=X,
    ),
    case(
        "range with a step of minus two",
        """
        def f(x: "4"):
            s = 1.0
            for k in range(len(x) - 1, 0, -2):
                s *= x[k]
            return s
        """,
        x=X,
    ),
    case(
        "bounds are computed",
        """
        def f(x: float, n: int):
            s = x
            for k in range(n // 2, 2 * n - 1):
                s = math.sin(s) + k * x
            return s
        """,
        x=0.7,
        n=3,
    ),
    case(
        "bounds overwritten in the loop",
        """
        def f(x: float):
            n = 3
            s = x
            for k in range(n):
                n = n + k
                s = s * x + n
            return s
        """,
        x=0.7,
    ),
    case(
        "loop variable overwritten in the body",
        """
        def f(x: float):
            s = x
            for k in range(4):
                k = 2 * k + 1
                s = s * x + k
            return s * k
        """,
        x=0.7,
    ),
    case(
        "elements of an array",
        """
        def f(x: "4", w: float):
            s = 0.0
            for v in x:
                s = s * w + v * v
            return s
        """,
        x=X,
        w=0.6,
    ),
    case(
        "rows of a matrix",
        """
        def f(A: "2, 3", h: "3"):
            for row in A:
                h = np.tanh(h * row)
            return h
        """,
        A=A,
        h=np.array([0.3, 0.2, -0.6]),
    ),
    case(
        "elements of a list",
        """
        def f(x: list):
            p = 1.0
            for v in x:
                p *= math.sin(v) + 2
            return p
        """,
        x=[0.3, 0.7, -0.2],
    ),
    case(
        "elements of a tuple that is written out",
        """
        def f(x: float, y: float):
            s = 0.0
            for v in (x, y, x * y):
                s += v * v
            return s
        """,
        x=0.3,
        y=0.7,
    ),
    case(
        "zip of two arrays",
        """
        def f(x: "4", y: "4"):
            s = 0.0
            for a, b in zip(x, y):
                s += a * math.exp(b)
            return s
        """,
        x=X,
        y=Y,
    ),
    case(
        "zip of unequal lengths",
        """
        def f(x: "4", y: "2"):
            s = 1.0
            for a, b in zip(x, y):
                s *= a + b
            return s
        """,
        x=X,
        y=Y[:2],
    ),
    case(
        "enumerate",
        """
        def f(x: "4"):
            s = 0.0
            for k, v in enumerate(x):
                s += v ** (k + 1)
            return s
        """,
        x=X,
    ),
    case(
        "enumerate from one over zip",
        """
        def f(x: "4", y: "4"):
            s = 0.0
            for k, (a, b) in enumerate(zip(x, y), 1):
                s += a * b / k
            return s
        """,
        x=X,
        y=Y,
    ),
    case(
        "reversed range",
        """
        def f(x: "4"):
            s = 0.5
            for k in reversed(range(len(x))):
                s = math.tanh(s + x[k])
            return s
        """,
        x=X,
    ),
    case(
        "reversed array",
        """
        def f(x: "4"):
            s = 0.5
            for v in reversed(x):
                s = s * v + v
            return s
        """,
        x=X,
    ),
    case(
        "items of a dict",
        """
        def f(p: dict):
            s = 1.0
            for name, w in p.items():
                s = s * np.sum(w**2) + 0.1
            return s
        """,
        p={"W": A, "b": X},
    ),
    case(
        "values of a dict",
        """
        def f(p: dict):
            s = 0.0
            for w in p.values():
                s = s + np.sum(np.sin(w))
            return s
        """,
        p={"W": A, "b": X},
    ),
    case(
        "two loops nested",
        """
        def f(A: "2, 3", w: float):
            s = 0.0
            for i in range(A.shape[0]):
                for j in range(A.shape[1]):
                    s = math.tanh(s * w + A[i, j])
            return s
        """,
        A=A,
        w=0.8,
    ),
    case(
        "three loops nested: a matrix product",
        """
        def f(A: "2, 3", B: "3, 2"):
            C = np.zeros((2, 2))
            for i in range(2):
                for j in range(2):
                    for k in range(3):
                        C[i, j] += A[i, k] * B[k, j]
            return C
        """,
        A=A,
        B=A.T.copy(),
    ),
    case(
        "five loops nested",
        """
        def f(x: float):
            s = x
            for a in range(2):
                for b in range(a + 1):
                    for c in range(2):
                        for d in range(b, 2):
                            for e in range(1):
                                s = math.sin(s + x * (a + b + c + d + e))
            return s
        """,
        x=0.4,
    ),
    case(
        "triangular loops",
        """
        def f(A: "3, 3"):
            s = 1.0
            for i in range(3):
                for j in range(i + 1):
                    s = s * math.cos(A[i, j])
            return s
        """,
        A=np.arange(9.0).reshape(3, 3) / 7,
    ),
    case(
        "two loops one after the other carry one value",
        """
        def f(x: float):
            s = x
            for k in range(3):
                s = math.sin(s) + x
            for k in range(2):
                s = s * s * x
            return s
        """,
        x=0.6,
    ),
    case(
        "a loop without trips",
        """
        def f(x: float, n: int):
            s = x * x
            for k in range(n):
                s = math.sin(s)
            return s
        """,
        x=0.6,
        n=0,
    ),
    case(
        "a range that is empty by its bounds",
        """
        def f(x: "4"):
            s = x[0] * x[1]
            for k in range(3, 1):
                s = s * x[k]
            return s
        """,
        x=X,
    ),
    case(
        "an inner loop without trips at first",
        """
        def f(x: "4"):
            s = 1.0
            for i in range(4):
                for j in range(i):
                    s = s * x[i] + x[j]
            return s
        """,
        x=X,
    ),
    case(
        "a loop over an empty array",
        """
        def f(x: "0", y: float):
            s = y
            for v in x:
                s = s * v
            return s * y
        """,
        x=np.zeros(0),
        y=0.4,
    ),
    case(
        "the loop variable is used afterwards",
        """
        def f(x: "4"):
            s = 0.0
            for k in range(3):
                s += x[k] ** 2
            return s * x[k] * k
        """,
        x=X,
    ),
    case(
        "the element of the last trip is used afterwards",
        """
        def f(x: "4"):
            s = 0.0
            for v in x:
                s += v * v
            return s * v
        """,
        x=X,
    ),
    case(
        "a value of the body is used afterwards",
        """
        def f(x: "4"):
            s = 0.0
            for k in range(4):
                t = math.sin(x[k])
                s += t * t
            return s * t
        """,
        x=X,
    ),
    case(
        "values carried from trip to trip, two at once",
        """
        def f(a: float, b: float):
            for _ in range(5):
                a, b = b, math.sin(a) + b
            return a * b
        """,
        a=0.3,
        b=0.7,
    ),
    case(
        "a value that is one trip old",
        """
        def f(x: "4"):
            last = 0.0
            s = 0.0
            for k in range(4):
                s += last * x[k]
                last = math.exp(x[k])
            return s
        """,
        x=X,
    ),
    case(
        "a sum that starts as an integer",
        """
        def f(x: "4"):
            s = 0
            for v in x:
                s += v**3
            return s
        """,
        x=X,
    ),
)

WHILE = (
    case(
        "while with a counter",
        """
        def f(x: float):
            k = 0
            while k < 4:
                x = math.sin(x) * 1.5
                k += 1
            return x
        """,
        x=0.8,
    ),
    case(
        "while on a value: Newton's iteration",
        """
        def f(a: float, x: float):
            while abs(x * x - a) > 1e-9:
                r = a / x
                x = 0.5 * (x + r)
            return x
        """,
        a=2.0,
        x=1.0,
    ),
    case(
        "while that never runs",
        """
        def f(x: float):
            while x > 10:
                x = x / 2
            return x * x
        """,
        x=0.8,
    ),
    case(
        "while True with a break",
        """
        def f(x: float):
            k = 0
            while True:
                x = x * 1.7
                k += 1
                if x > 5:
                    break
            return x * k
        """,
        x=0.8,
    ),
    case(
        "while with two conditions",
        """
        def f(x: "4", limit: float):
            k = 0
            s = 0.0
            while k < len(x) and s < limit:
                s += x[k] ** 2
                k += 1
            return s * s
        """,
        x=X,
        limit=1.5,
    ),
    case(
        "a while loop in a for loop",
        """
        def f(x: "4"):
            s = 0.0
            for v in x:
                t = v
                while abs(t) > 0.35:
                    t = t * 0.5
                s += math.exp(t)
            return s
        """,
        x=X,
    ),
    case(
        "a for loop in a while loop",
        """
        def f(x: float):
            n = 1
            while n < 4:
                for k in range(n):
                    x = math.cos(x + k)
                n += 1
            return x
        """,
        x=0.2,
    ),
    case(
        "while with else",
        """
        def f(x: float):
            k = 0
            while k < 3:
                x = x * x
                k += 1
                if x > 100:
                    break
            else:
                x = math.sin(x)
            return x
        """,
        x=1.1,
    ),
    case(
        "while on a flag",
        """
        def f(x: float):
            going = True
            while going:
                x = x + math.sin(x)
                going = x < 2
            return x * x
        """,
        x=0.4,
    ),
)

BRANCHES = (
    case(
        "both arms bind one name",
        """
        def f(x: float, y: float):
            a = x * y
            if a > 0:
                s = a * math.sin(x) + y
            else:
                s = math.exp(a) - x
            return s * a
        """,
        x=0.7,
        y=-0.4,
    ),
    case(
        "the other arm",
        """
        def f(x: float, y: float):
            a = x * y
            if a > 0:
                s = a * math.sin(x) + y
            else:
                s = math.exp(a) - x
            return s * a
        """,
        x=0.7,
        y=0.4,
    ),
    case(
        "if without else overwrites",
        """
        def f(x: float):
            s = x * x
            if s > 0.1:
                s = s * math.sin(x)
            return s + x
        """,
        x=0.7,
    ),
    case(
        "the condition's value is overwritten",
        """
        def f(x: float):
            if x > 0.5:
                x = x * x - 3
            else:
                x = x + 1
            return x * x
        """,
        x=0.7,
    ),
    case(
        "elif",
        """
        def f(x: "4"):
            s = 0.0
            for v in x:
                if v > 0.6:
                    s += v * v
                elif v > 0:
                    s += math.sin(v)
                elif v > -1:
                    s -= v
                else:
                    s = s * v
            return s
        """,
        x=X,
    ),
    case(
        "branches on indices",
        """
        def f(x: "4"):
            s = 0.3
            for k in range(4):
                if k % 2 == 0:
                    s = s + x[k]
                elif k == 3:
                    s = s * x[k]
            return s
        """,
        x=X,
    ),
    case(
        "nested branches",
        """
        def f(x: float, y: float):
            if x > 0:
                if y > 0:
                    z = x * y
                else:
                    z = x - y
                z = z * z
            else:
                z = math.exp(y)
            return z + x
        """,
        x=0.7,
        y=-0.3,
    ),
    case(
        "a variable of one path only, used on that path",
        """
        def f(x: float, flag: int):
            if flag > 0:
                t = math.sin(x)
            s = x
            if flag > 0:
                s = s * t
            return s
        """,
        "either",
        x=0.7,
        flag=1,
    ),
    case(
        "a variable of one path only, not used after it",
        """
        def f(x: float):
            s = x
            if x > 0.1:
                t = math.sin(x)
                s = s * t
            return s
        """,
        x=0.7,
    ),
    case(
        "a branch that does nothing",
        """
        def f(x: float):
            if x > 0:
                pass
            else:
                x = -x
            return x * x * x
        """,
        x=-0.7,
    ),
    case(
        "a conditional expression",
        """
        def f(x: "4"):
            s = 0.0
            for v in x:
                s += v if v > 0 else 0.1 * v
            return s * s
        """,
        x=X,
    ),
    case(
        "a conditional expression guards a pole",
        """
        def f(x: float, y: float):
            return (1 / x if x > 0.1 else y) * y
        """,
        x=0.0,
        y=0.5,
    ),
    case(
        "and, or, not",
        """
        def f(x: float, y: float):
            if x > 0 and not y > 1 or x < -5:
                return x * y
            return x + y
        """,
        x=0.6,
        y=0.2,
    ),
    case(
        "and keeps an index in bounds",
        """
        def f(x: "4"):
            k = 0
            s = 1.0
            while k < 4 and x[k] > -2:
                s = s * (x[k] + 2)
                k += 1
            return s
        """,
        x=X,
    ),
    case(
        "or gives a default",
        """
        def f(x: float, y: float):
            z = x or y
            return z * y
        """,
        "either",
        x=0.4,
        y=0.7,
    ),
    case(
        "a chained comparison",
        """
        def f(x: "4"):
            s = 0.0
            for v in x:
                if -1 < v <= 0.6:
                    s += v**2
            return s
        """,
        x=X,
    ),
    case(
        "a condition on a whole array",
        """
        def f(x: "4"):
            if np.sum(x) > 0 and np.any(x < 0):
                x = np.sin(x)
            return np.sum(x**2)
        """,
        x=X,
    ),
    case(
        "match on constants",
        """
        def f(x: float, mode: int):
            match mode:
                case 0:
                    y = x * x
                case 1 | 2:
                    y = math.sin(x)
                case _:
                    y = x
            return y * x
        """,
        x=0.4,
        mode=2,
    ),
    case(
        "match in a loop",
        """
        def f(x: float):
            for k in range(4):
                match k % 3:
                    case 0:
                        x = x * 1.5
                    case 1:
                        x = math.cos(x)
            return x
        """,
        x=0.4,
    ),
    case(
        "match on text",
        """
        def f(x: float, kind: str = "sin"):
            match kind:
                case "sin":
                    return math.sin(x)
                case "cos":
                    return math.cos(x)
            return x
        """,
        x=0.4,
    ),
)

JUMPS = (
    case(
        "break",
        """
        def f(x: "4"):
            s = 0.0
            for v in x:
                if v < -1:
                    break
                s += v**2
            return s
        """,
        x=X,
    ),
    case(
        "break in the middle of the body",
        """
        def f(x: "4", limit: float):
            s = 1.0
            for v in x:
                s = s + v * v
                if s > limit:
                    s = s * 2
                    break
                s = s * math.exp(v)
            return s * s
        """,
        x=X,
        limit=1.8,
    ),
    case(
        "break out of the inner loop only",
        """
        def f(A: "2, 3"):
            s = 0.1
            for i in range(2):
                for j in range(3):
                    if A[i, j] > 0.7:
                        break
                    s = s * A[i, j] + 1
                s = math.sin(s)
            return s
        """,
        A=A,
    ),
    case(
        "continue",
        """
        def f(x: "4"):
            s = 1.0
            for v in x:
                if v < 0:
                    continue
                s = s * v + v
            return s
        """,
        x=X,
    ),
    case(
        "continue and break",
        """
        def f(x: "4"):
            s = 1.0
            for k in range(4):
                if x[k] < 0:
                    s = s * 0.9
                    continue
                if k == 3:
                    break
                s = s * x[k]
            return s + x[k]
        """,
        x=X,
    ),
    case(
        "continue in a while loop",
        """
        def f(x: float):
            k = 0
            while k < 5:
                k += 1
                if k == 2:
                    continue
                x = math.sin(x * k)
            return x
        """,
        x=0.9,
    ),
    case(
        "for with else, without break",
        """
        def f(x: "4"):
            s = 0.5
            for v in x:
                if v > 3:
                    break
                s = s * v
            else:
                s = math.exp(s)
            return s
        """,
        x=X,
    ),
    case(
        "for with else, with break",
        """
        def f(x: "4"):
            s = 0.5
            for v in x:
                s = s * v
                if v > 0.7:
                    break
            else:
                s = math.exp(s)
            return s * s
        """,
        x=X,
    ),
    case(
        "early return",
        """
        def f(x: float):
            if x < 0:
                return x * x
            y = math.sin(x)
            return x * y
        """,
        x=-0.4,
    ),
    case(
        "early return not taken",
        """
        def f(x: float):
            if x < 0:
                return x * x
            y = math.sin(x)
            return x * y
        """,
        x=0.4,
    ),
    case(
        "return out of two loops",
        """
        def f(A: "2, 3"):
            s = 1.0
            for i in range(2):
                for j in range(3):
                    s = s * A[i, j] + 0.5
                    if i == 1 and j == 0:
                        return s * s
            return s
        """,
        A=A,
    ),
    case(
        "several returns of arrays",
        """
        def f(x: "4", n: int):
            if n == 0:
                return x
            y = np.sin(x)
            if n == 1:
                return y * x
            return y
        """,
        x=X,
        n=1,
    ),
    case(
        "return in a while loop",
        """
        def f(x: float):
            k = 1
            while True:
                x = x + math.sin(x) / k
                if x > 1.5:
                    return x * k
                k += 1
        """,
        x=0.3,
    ),
)

EXPRESSIONS = (
    case(
        "a list comprehension",
        """
        def f(x: "4"):
            return np.array([math.sin(v) * v for v in x])
        """,
        x=X,
    ),
    case(
        "a comprehension with a condition",
        """
        def f(x: "4"):
            kept = [v * v for v in x if v > 0]
            return sum(kept) * kept[-1]
        """,
        x=X,
    ),
    case(
        "a nested comprehension",
        """
        def f(x: "4", y: "4"):
            rows = [[a * b for b in y] for a in x]
            return np.sum(np.sin(np.array(rows)))
        """,
        x=X,
        y=Y,
    ),
    case(
        "a comprehension over two loops",
        """
        def f(x: "4"):
            return sum([x[i] * x[j] for i in range(4) for j in range(i)])
        """,
        x=X,
    ),
    case(
        "a sum over a generator",
        """
        def f(x: "4", y: "4"):
            return sum(a * b for a, b in zip(x, y))
        """,
        x=X,
        y=Y,
    ),
    case(
        "a sum over a generator with a start",
        """
        def f(x: float):
            return sum((x**k / k for k in range(1, 5)), x)
        """,
        x=0.6,
    ),
    case(
        "any as a condition",
        """
        def f(x: "4"):
            if any(v < -1 for v in x):
                return np.sum(x**2)
            return np.sum(x)
        """,
        x=X,
    ),
    case(
        "all as a condition",
        """
        def f(x: "4"):
            k = 0
            while all(v < 1 for v in x) and k < 5:
                x = x * 1.2
                k += 1
            return np.sum(x**3)
        """,
        x=X,
    ),
    case(
        "assert",
        """
        def f(x: "4"):
            assert x.ndim == 1, "one axis"
            s = 0.0
            for v in x:
                assert v < 100
                s += v * v
            return s
        """,
        x=X,
    ),
    case(
        "raise in a guard",
        """
        def f(x: float, n: int):
            if n < 0:
                raise ValueError(f"negative: {n}")
            for k in range(n):
                x = math.sin(x)
            return x
        """,
        x=0.8,
        n=2,
    ),
    case(
        "raise in a loop",
        """
        def f(x: "4"):
            s = 0.0
            for v in x:
                if v > 50:
                    raise OverflowError("too large")
                s += math.exp(v)
            return s
        """,
        x=X,
    ),
    case(
        "a walrus in a condition",
        """
        def f(x: float):
            if (y := x * x) > 0.1:
                return y * x
            return y
        """,
        x=0.7,
    ),
    case(
        "max of a running value",
        """
        def f(x: "4"):
            best = x[0]
            for k in range(1, 4):
                best = max(best, x[k] * 1.1)
            return best * best
        """,
        x=X,
    ),
)

CONTROL = (*FOR, *WHILE, *BRANCHES, *JUMPS, *EXPRESSIONS)
