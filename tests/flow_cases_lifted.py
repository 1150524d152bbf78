"""What comes out of expressions: `:=`, comprehensions deep inside, `pop`."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
M = np.array([[0.5, -1.2], [0.3, 1.1], [0.9, -0.2]])

LIFTED = (
    case(
        "a walrus in the test of a while",
        """
        def f(x: float, y: float):
            s = 0.0
            while (r := x * y) > 0.05:
                s = s + r * x
                x = 0.6 * x
            return s + r
        """,
        x=0.9,
        y=0.8,
    ),
    case(
        "a walrus in elif",
        """
        def f(x: float, y: float):
            if x > 5:
                return x
            elif (z := x * y) > 0.1:
                return z * z
            else:
                return math.sin(z)
        """,
        x=0.9,
        y=0.8,
    ),
    case(
        "a walrus behind and",
        """
        def f(x: float, y: float):
            s = y
            if x > 0 and (z := x * y) > 0.1:
                s = z * z * x
            return s
        """,
        x=0.9,
        y=0.8,
    ),
    case(
        "a walrus in one arm of a conditional",
        """
        def f(x: float, y: float):
            z = 0.5 * y
            s = (z := x * y) * 2 if x > 0 else y
            return s * z
        """,
        x=0.9,
        y=0.8,
    ),
    case(
        "a walrus in the condition of a comprehension",
        """
        def f(x: "4"):
            ys = [y * v for v in x if (y := v * v) > 0.1]
            return sum(ys) * y
        """,
        x=X,
    ),
    case(
        "a walrus as the item of a comprehension",
        """
        def f(x: "4"):
            s = 0.2
            return sum([s := math.sin(s + v) for v in x]) * s
        """,
        x=X,
    ),
    case(
        "a walrus beside a comprehension",
        """
        def f(x: "4", w: float):
            y = w * (w := 2 * w) + sum(v * w for v in x)
            return y * w
        """,
        x=X,
        w=0.7,
    ),
    case(
        "a walrus in what is written to an element",
        """
        def f(x: "4"):
            y = x * 1.0
            y[0] = (t := x[1] * 2) * t
            y[1] += t * (t := y[0]) * t
            u = y[2] = (v := y[1] * t) * 2
            return np.sum(y * y) * t * u * v
        """,
        x=X,
    ),
    case(
        "a walrus in an assert and in a range",
        """
        def f(x: float):
            assert (y := x * x) > 0
            for k in range(n := 3):
                y = y * x + k / n
            return y
        """,
        x=0.7,
    ),
    case(
        "a walrus in what is returned",
        """
        def f(x: float, w: float):
            if x > 0:
                return (y := x * w), y * y
            return x, w
        """,
        x=0.7,
        w=0.3,
    ),
    case(
        "a comprehension under a condition, deep inside",
        """
        def f(x: "4", w: float):
            y = w * (1 + (sum(v * v for v in x) if w > 0.5 else w) * x[0])
            return y * y
        """,
        x=X,
        w=0.7,
    ),
    case(
        "a comprehension behind or, deep inside",
        """
        def f(x: "4", w: float):
            for k in range(3):
                if not (w > 2 or any(v > 0.6 for v in x[k:])):
                    w = w * 0.5
                w = w * x[k] + 1
            return w
        """,
        x=X,
        w=0.7,
    ),
    case(
        "two conditional comprehensions in one sum",
        """
        def f(x: "4", w: float):
            n = 2
            return (sum(v * w for v in x) if n > 1 else w) * (
                sum([v * v for v in x]) if w < 0 else w
            )
        """,
        x=X,
        w=0.7,
    ),
    case(
        "a matrix by a nested comprehension",
        """
        def f(x: "4", y: "4"):
            m = np.array([[a * b + math.sin(a) for b in y] for a in x])
            return np.sum(m @ m)
        """,
        x=X,
        y=Y,
    ),
    case(
        "rows of a nested comprehension, read by element",
        """
        def f(x: "4", y: "4"):
            rows = [[a * b for b in y if b > 0] for a in x]
            s = 0.0
            for i in range(len(x)):
                s = s * rows[i][0] + rows[i][-1] * len(rows[i])
            return s
        """,
        x=X,
        y=Y,
    ),
    case(
        "a flat comprehension of the elements of a matrix",
        """
        def f(m: "3, 2"):
            flat = [v * v for row in m for v in row if v > -1]
            return sum(flat) * flat[0] * flat[-1]
        """,
        m=M,
    ),
    case(
        "sums in a comprehension: a product of matrices",
        """
        def f(m: "3, 2", x: "2"):
            y = [sum(m[i, j] * x[j] for j in range(2)) for i in range(3)]
            return math.tanh(y[0]) * y[1] + y[2] ** 2
        """,
        m=M,
        x=X[:2],
    ),
    case(
        "a product of matrices by comprehensions",
        """
        def f(a: "3, 2", b: "2, 3"):
            c = np.array(
                [[sum(a[i, k] * b[k, j] for k in range(2)) for j in range(3)]
                 for i in range(3)]
            )
            return np.sum(np.sin(c))
        """,
        a=M,
        b=M.T * 0.7,
    ),
    case(
        "a comprehension over a comprehension",
        """
        def f(x: "4"):
            return sum(u * u for u in [math.sin(v) for v in x] if u > 0)
        """,
        x=X,
    ),
    case(
        "any of all",
        """
        def f(x: "4", m: "3, 2"):
            if any(all(v > 0 for v in row) for row in m):
                return np.sum(x * x)
            return np.sum(x)
        """,
        x=X,
        m=M,
    ),
    case(
        "the same name in both comprehensions",
        """
        def f(x: "4"):
            return sum(sum(v * w for v in x[:2]) for v, w in zip(x, x[::-1]))
        """,
        x=X,
    ),
    case(
        "two pops in one expression",
        """
        def f(x: "4"):
            stack = [2 * v for v in x]
            while len(stack) > 1:
                stack.append(stack.pop() - 2 * stack.pop())
            return stack[0] * x[0]
        """,
        x=X,
    ),
    case(
        "a machine with a stack",
        """
        def f(x: float, y: float):
            stack = []
            for op in ("x", "y", "+", "x", "*", "y", "-"):
                if op == "x":
                    stack.append(x)
                elif op == "y":
                    stack.append(y * y)
                else:
                    b, a = stack.pop(), stack.pop()
                    if op == "+":
                        stack.append(a + b)
                    elif op == "*":
                        stack.append(a * b)
                    else:
                        stack.append(a - b)
            return stack.pop()
        """,
        x=0.7,
        y=-0.4,
    ),
    case(
        "a machine whose program are numbers",
        """
        def f(x: "4", code: "7 int"):
            stack = []
            for op in code:
                if op >= 0:
                    stack.append(x[op])
                elif op == -1:
                    stack.append(stack.pop() * stack.pop())
                else:
                    stack.append(stack.pop() - stack.pop())
            return stack[-1]
        """,
        x=X,
        code=np.array([0, 1, -1, 2, -2, 3, -1]),
    ),
    case(
        "a queue of arrays",
        """
        def f(x: "3, 2", w: "2"):
            queue = [row * w for row in x]
            out = np.zeros(2)
            while len(queue) > 1:
                a = queue.pop(0)
                b = queue.pop(0)
                queue.append(np.tanh(a * b + w))
                out = out + a
            return np.sum(queue[0] * out)
        """,
        x=M,
        w=X[:2],
    ),
    case(
        "pop of an item in the middle",
        """
        def f(x: "4"):
            v = [e * e for e in x]
            a = v.pop(1)
            b = v.pop(-2)
            v[0] = v[0] * a
            return v[0] * b + v[1]
        """,
        x=X,
    ),
    case(
        "pop whose item is not wanted, or not varied",
        """
        def f(x: "4"):
            v = [x[0] * x[1], x[2], 3.0]
            v.pop()
            v.append(2.0)
            k = v.pop() * x[3]
            v.pop(0)
            return v[0] * k
        """,
        x=X,
    ),
    case(
        "pop on one way only",
        """
        def f(x: "4", w: float):
            v = [w]
            s = w
            for k in range(4):
                if x[k] > 0:
                    v.append(x[k] * s)
                elif v:
                    s = s + v.pop() * x[k]
            return s * sum(v) + len(v)
        """,
        x=X,
        w=0.6,
    ),
    case(
        "a list of each trip that is emptied",
        """
        def f(x: "4", w: float):
            total = 0.0
            for k in range(3):
                path = [w * x[k], x[k + 1]]
                path.append(path[0] * path[1])
                while path:
                    total = total * 0.5 + path.pop() ** 2
                w = w + total
            return total
        """,
        x=X,
        w=0.6,
    ),
    case(
        "what is popped goes on under other names",
        """
        def f(x: "3, 2", w: "2"):
            stack = [row * w for row in x]
            a = stack.pop()
            b = stack.pop()
            y = a + b
            z = a * w
            stack.append(y)
            stack.append(z + y)
            return np.sum(stack[0] * stack[-1] + y * stack[1])
        """,
        x=M,
        w=X[:2],
    ),
    case(
        "elements are added to what is popped",
        """
        def f(x: "4"):
            v = [e * e for e in x]
            y = np.zeros(2)
            y[0] += v.pop()
            y[1] += v.pop() * y[0]
            v[-1] += y[1]
            return np.sum(y) * v[-1]
        """,
        x=X,
    ),
    case(
        "depth first over a tree in arrays",
        """
        def f(value: "5", left: "5 int", right: "5 int"):
            stack = [(0)]
            weights = [1.0]
            total = 0.0
            while stack:
                node = stack.pop()
                weight = weights.pop()
                total += weight * value[node]
                if left[node] >= 0:
                    stack.append(left[node])
                    weights.append(weight * math.sin(value[node]))
                if right[node] >= 0:
                    stack.append(right[node])
                    weights.append(weight * 0.5)
            return total
        """,
        value=np.array([0.5, -1.2, 0.8, 0.3, 0.9]),
        left=np.array([1, 3, -1, -1, -1]),
        right=np.array([2, 4, -1, -1, -1]),
    ),
    case(
        "the caller's list is emptied",
        """
        def f(v: list):
            s = 0.0
            while v:
                s = s * 0.5 + v.pop()
            return s
        """,
        v=[0.5, 0.3],
    ),
    case(
        "whether there is anything on a stack decides",
        """
        def f(x: "3", a: float):
            stack = []
            for k in range(3):
                a += x[k - 1]
                if stack:
                    a = np.sin(stack.pop() + a)
                stack.append(np.tanh(a**2))
            return a
        """,
        x=X[:3],
        a=-0.8,
    ),
    case(
        "whether an element that changes is zero decides",
        """
        def f(x: "3", a: float):
            y = np.zeros(1)
            for k in range(3):
                if y:
                    a = a * x[k] + y[0]
                y[0] = x[k] if k == 1 else 0.0
            return a * y[0] + a
        """,
        "either",
        x=X[:3],
        a=-0.8,
    ),
    case(
        "how long a list is, before it gets longer or shorter",
        """
        def f(x: "3", a: float):
            ys = []
            s = 0.0
            for v in x:
                ys.append(v)
                s = s + len(ys) * v * v
                s = s * a if ys else a
                while len(ys) > 1:
                    ys.pop()
                    s = s * len(ys) * a if ys else s
            return s * ys[0]
        """,
        x=X[:3],
        a=-0.8,
    ),
    case(
        "how long a list is while it grows",
        """
        def f(x: "4"):
            ys = []
            s = 0.0
            for v in x:
                ys.append(v * v)
                s = s * v + len(ys) * v * v
            return s * len(ys)
        """,
        x=X,
    ),
)
