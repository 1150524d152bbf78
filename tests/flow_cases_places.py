"""Lists of integers that say which elements are meant, and lists of them."""

from __future__ import annotations

import numpy as np
from flow_case import case

V = np.array([0.5, -1.2, 0.8])
NBRS = [[1, 2], [], [0, 1]]
EDGES = [(0, 1), (1, 2), (0, 2)]

PLACES = (
    case(
        "neighbours in a list of lists",
        """
        def f(v: "3", nbrs):
            out = np.zeros(3)
            for i in range(3):
                for j in nbrs[i]:
                    out[i] += v[j] * v[i]
            return out
        """,
        v=V,
        nbrs=NBRS,
    ),
    case(
        "neighbours that are counted and enumerated",
        """
        def f(v: "3", nbrs: list[list[int]]):
            out = v * 1.5
            for i, around in enumerate(nbrs):
                if len(around) == 0:
                    continue
                for j in reversed(around):
                    out[i] += v[j] ** 2 / len(around)
                out[i] = out[i] * len(nbrs[i - 1])
            return out
        """,
        v=V,
        nbrs=NBRS,
    ),
    case(
        "neighbours that stand in the function",
        """
        def f(v):
            nbrs = [[1, 2], [], [0]]
            s = 0.0
            for i in range(3):
                t = v[i]
                for j in nbrs[i]:
                    t = t * v[j]
                s += t
            return s
        """,
        v=[0.5, -1.2, 0.8],
    ),
    case(
        "edges as a list of tuples",
        """
        def f(v: "3", edges):
            s = 0.0
            for a, b in edges:
                s += v[a] * v[b] ** 2
            return s
        """,
        v=V,
        edges=EDGES,
    ),
    case(
        "edges with weights",
        """
        def f(v: "3", edges: list[tuple[int, int]], w):
            s = 0.0
            for (a, b), c in zip(edges, w):
                s += v[a] * v[b] * c
            return s
        """,
        v=V,
        edges=EDGES,
        w=[0.5, 0.6, 0.7],
    ),
    case(
        "edges that stand in the function",
        """
        def f(v: "3"):
            edges = [(0, 1), (1, 2), (0, 2)]
            s = 0.0
            for k, (a, b) in enumerate(edges):
                s += k * v[a] * v[b] * s + v[b]
            return s
        """,
        v=V,
    ),
    case(
        "a sum over neighbours",
        """
        def f(v, nbrs):
            return sum(v[i] * v[j] for i in range(3) for j in nbrs[i])
        """,
        v=[0.5, -1.2, 0.8],
        nbrs=NBRS,
    ),
    case(
        "a row of places that grows",
        """
        def f(v, nbrs):
            s = 0.0
            for i in range(3):
                row = nbrs[i]
                row.append(i)
                s += v[row[0]] * v[row[-1]]
            return s
        """,
        v=[0.5, -1.2, 0.8],
        nbrs=NBRS,
    ),
    case(
        "places in a list that nothing is said of",
        """
        def f(v, idx):
            s = 1.0
            for j in idx:
                s *= v[j]
            return s * v[idx[0]]
        """,
        v=[0.5, -1.2, 0.8],
        idx=[2, 0, 0],
    ),
)
