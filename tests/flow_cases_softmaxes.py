"""Softmaxes in loops: rows of scores, in one stage or several."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([[0.5, -1.2, 0.3], [0.8, 0.3, -0.6], [-0.4, 0.7, 1.3], [0.1, 0.2, 0.4]])
T = np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8], [0.6, 0.3, 0.1], [0.3, 0.3, 0.4]])

SOFTMAXES = (
    case(
        "rows of a softmax, in two stages",
        """
        def f(X: "N, M", t: "N, M"):
            loss = 0.0
            for i in range(X.shape[0]):
                row = X[i] - np.max(X[i])
                p = np.exp(row) / np.sum(np.exp(row))
                loss -= np.sum(t[i] * np.log(p))
            return loss / X.shape[0]
        """,
        X=X,
        t=T,
    ),
    case(
        "rows of a softmax, in four stages",
        """
        def f(X: "N, M", t: "N, M"):
            loss = 0.0
            for i in range(X.shape[0]):
                m = np.max(X[i])
                e = np.exp(X[i] - m)
                s = np.sum(e)
                p = e / s
                loss -= np.sum(t[i] * np.log(p))
            return loss / X.shape[0]
        """,
        X=X,
        t=T,
    ),
    case(
        "rows of a softmax whose parts are used elsewhere too",
        """
        def f(X: "N, M", t: "N, M"):
            loss = 0.0
            m = 0.0
            for i in range(X.shape[0]):
                m = np.max(X[i])
                e = np.exp(X[i] - m)
                p = e / np.sum(e)
                loss -= np.sum(t[i] * np.log(p)) + np.sum(e) * m
                if i > 1:
                    loss += e[0]
            return loss / X.shape[0] + m
        """,
        X=X,
        t=T,
    ),
    case(
        "attention by loops, no gradient to the maximum",
        """
        def f(Q: "T, D", K: "T, D", V: "T, D"):
            T, D = Q.shape
            out = np.zeros((T, D))
            for i in range(T):
                scores = np.zeros(i + 1)
                for j in range(i + 1):
                    scores[j] = Q[i] @ K[j] / np.sqrt(D)
                scores -= scores.max()
                w = np.exp(scores)
                w /= w.sum()
                for j in range(i + 1):
                    out[i] += w[j] * V[j]
            return np.sum(out**2)
        """,
        Q=X,
        K=T,
        V=np.sin(X),
    ),
)
