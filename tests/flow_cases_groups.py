"""Dicts of lists that a function fills."""

from __future__ import annotations

from flow_case import case

GROUPS = (
    case(
        "groups: of a defaultdict",
        """
        from collections import defaultdict


        def f(values: list[float], labels: list[int]):
            groups = defaultdict(list)
            for v, k in zip(values, labels):
                groups[k].append(v)
            total = 0.0
            for k, items in groups.items():
                mean = sum(items) / len(items)
                total += sum((v - mean) ** 2 for v in items) * (k + 1)
            return total
        """,
        values=[0.3, 1.2, -0.7, 2.0, 0.9],
        labels=[0, 1, 0, 2, 1],
    ),
    case(
        "groups: put there where nothing is",
        """
        def f(values: list[float], labels: list[int]):
            groups = {}
            for v, k in zip(values, labels):
                if k not in groups:
                    groups[k] = []
                groups[k].append(v * v)
            total = 0.0
            for k in groups:
                total += max(groups[k]) * groups[k][0] * len(groups[k])
            return total
        """,
        values=[0.3, 1.2, -0.7, 2.0, 0.9],
        labels=[0, 1, 0, 2, 1],
    ),
    case(
        "groups: negative keys, and read while they grow",
        """
        def f(values: list[float], labels: list[int], w: float):
            seen = {}
            s = 0.0
            for i, v in enumerate(values):
                k = labels[i] - 1
                if k not in seen:
                    seen[k] = []
                seen[k].append(v * w)
                s += seen[k][-1] * seen[k][0] * len(seen)
            for k in range(-1, 2):
                if k in seen:
                    seen[k][0] = w
                    s += sum(seen[k])
            return s
        """,
        values=[0.3, 1.2, -0.7, 2.0, 0.9],
        labels=[0, 1, 0, 2, 1],
        w=0.4,
    ),
    case(
        "groups: under constant keys",
        """
        def f(values: list[float], w: float):
            d = {}
            d[0] = [w]
            d[1] = [w * w]
            for v in values:
                d[0].append(v)
            return sum(d[0]) * d[1][0]
        """,
        values=[0.3, 1.2, -0.7, 2.0, 0.9],
        w=0.4,
    ),
    case(
        "groups: anew in each trip",
        """
        from collections import defaultdict


        def f(values: list[float], labels: list[int], n: int):
            total = 0.0
            for t in range(n):
                rows = defaultdict(list)
                for v, k in zip(values, labels):
                    rows[k % (t + 2)].append(v * (t + 1))
                for k in sorted(rows):
                    for a in rows[k]:
                        total = total * 0.7 + a * rows[k][0]
            return total
        """,
        values=[0.3, 1.2, -0.7, 2.0, 0.9],
        labels=[0, 1, 0, 2, 1],
        n=2,
    ),
    case(
        "groups: by setdefault",
        """
        def f(values: list[float], labels: list[int]):
            groups = {}
            for v, k in zip(values, labels):
                groups.setdefault(k, []).append(v)
            total = 0.0
            for items in groups.values():
                total += max(items) * sum(items)
            return total
        """,
        values=[0.3, 1.2, -0.7, 2.0, 0.9],
        labels=[0, 1, 0, 2, 1],
    ),
    case(
        "groups: under pairs",
        """
        def f(values: list[float], w: float):
            cells = {}
            for i, v in enumerate(values):
                cells.setdefault((i % 2, i // 3), []).append(v * w)
            total = 0.0
            for (a, b), items in cells.items():
                total += (a + 2 * b + 1) * sum(items) * items[-1]
            return total
        """,
        values=[0.3, 1.2, -0.7, 2.0, 0.9],
        w=0.4,
    ),
    case(
        "groups: neighbours in a graph",
        """
        def f(values: list[float], w: float):
            adj = {}
            for a, b in [(0, 1), (1, 2), (0, 3), (3, 4)]:
                adj.setdefault(a, []).append(b)
                adj.setdefault(b, []).append(a)
            total = 0.0
            for i in range(5):
                total += sum(values[j] for j in adj[i]) * values[i] * w
            return total
        """,
        values=[0.3, 1.2, -0.7, 2.0, 0.9],
        w=0.4,
    ),
    case(
        "groups: one in the place of another",
        """
        def f(values: list[float], w: float):
            d = {}
            for i, v in enumerate(values):
                if i % 2 not in d:
                    d[i % 2] = []
                d[i % 2].append(v)
                d[i % 2] = [w]
            return d[0][0] * sum(d[1])
        """,
        "refused:BG015",
        values=[0.3, 1.2, -0.7, 2.0, 0.9],
        w=0.4,
    ),
)
