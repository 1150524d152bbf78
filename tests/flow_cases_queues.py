"""Queues: `collections.deque`."""

from __future__ import annotations

from textwrap import dedent

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.7, 0.2, 0.6]])


def _with_queue(body: str) -> str:
    return "from collections import deque\n\n\n" + dedent(body).lstrip("\n")


QUEUES = (
    *(
        case(
            f"a window of the last values: {length}",
            _with_queue(
                f"""
                def f(x: "{length}", w: float):
                    window = deque(maxlen=3)
                    total = w
                    for v in x:
                        window.append(v * w)
                        total += sum(window) / len(window) * v
                    return total
                """
            ),
            x=X[:length],
            w=1.1,
        )
        for length in (4, 1, 0)
    ),
    case(
        "a window that is full from the start",
        _with_queue(
            """
            def f(x: "4", n: int):
                window = deque([0.0] * n, maxlen=n)
                total = 0.0
                for v in x:
                    window.append(v)
                    total += max(window) * v + window[0] * window[-1]
                return total
            """
        ),
        x=X,
        n=2,
    ),
    case(
        "what is taken from the front and put at the end",
        _with_queue(
            """
            def f(x: "4"):
                queue = deque()
                for v in x:
                    queue.append(v)
                total = 0.0
                while len(queue) > 1:
                    a = queue.popleft()
                    b = queue.popleft()
                    queue.append(a * b + a)
                    total += a
                return total + queue[0]
            """
        ),
        x=X,
    ),
    case(
        "what is put in front",
        _with_queue(
            """
            def f(x: "4"):
                queue: deque = deque([x[0]])
                for v in x:
                    queue.appendleft(v * queue[-1])
                last = deque(maxlen=2)
                for v in x:
                    last.appendleft(v)
                total = last[0] * 2 + last[-1]
                while queue:
                    total = total * 0.5 + queue.popleft()
                return total
            """
        ),
        x=X,
    ),
    case(
        "a window of rows",
        _with_queue(
            """
            def f(x: "3, 3"):
                window = deque(maxlen=2)
                total = 0.0
                for row in x:
                    window.append(row * 2)
                    for other in window:
                        total += np.sum(other * row)
                return total
            """
        ),
        x=A,
    ),
    case(
        "a queue of pairs",
        _with_queue(
            """
            def f(x: "4"):
                queue = deque([(x[0], 1.0)])
                total = 0.0
                k = 0
                while queue:
                    v, w = queue.popleft()
                    total += v * w
                    k += 1
                    if k < len(x):
                        queue.append((v * x[k], w + 1.0))
                return total
            """
        ),
        x=X,
    ),
    case(
        "a window that a function appends to",
        """
        from collections import deque


        def push(window, v):
            window.append(v)


        def f(x: "4"):
            window = deque(maxlen=2)
            for v in x:
                push(window, v)
            return sum(window) * x[0]
        """,
        "refused:BG015",
        x=X,
    ),
    case(
        "a function inside whose list is called like a window",
        """
        from collections import deque


        def f(x: "4"):
            def total(window):
                window.append(x[0])
                return sum(window)

            window = deque(maxlen=2)
            for v in x:
                window.append(v)
            return total([x[1], x[2]]) * window[0] * window[1]
        """,
        "either",
        x=X,
    ),
    case(
        "a function inside that appends to a window",
        """
        from collections import deque


        def f(x: "4"):
            window = deque(maxlen=2)

            def push(v):
                window.append(v)

            for v in x:
                push(v * x[0])
            return sum(window) * window[0]
        """,
        x=X,
    ),
    case(
        "a window by another name",
        """
        from collections import deque


        def f(x: "4"):
            window = deque(maxlen=2)
            other = window
            for v in x:
                other.append(v)
            return sum(window) * x[0]
        """,
        "refused:BG015",
        x=X,
    ),
    *(
        case(
            f"a queue that is not followed: {what}",
            _with_queue(
                f"""
                def f(x: "4", n: int):
                    n = n + 1
                    queue = deque({made})
                    {what}
                    return queue[0] * queue[-1]
                """
            ),
            "refused",
            x=X,
            n=1,
        )
        for made, what in (
            ("x, maxlen=2", "queue.append(x[0])"),
            ("[x[0], x[1]], maxlen=2", "queue.extend([x[3], x[2]])"),
            ("[x[0], x[1]], maxlen=n", "queue.append(x[3])"),
            ("[x[0], x[1]]", "queue.rotate(1)"),
        )
    ),
)
