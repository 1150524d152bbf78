"""Imperative programs with written modules that are right, and ways to make them wrong.

A mutation is a text in the module, what it becomes, and the stage that is then wrong; 0
where it belongs to none.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """A change that makes a right module wrong."""

    old: str
    new: str
    stage: int

    def applied(self, module: str) -> str:
        """The module with the mistake in it."""
        assert module.count(self.old) == 1, self.old
        return module.replace(self.old, self.new)


@dataclass(frozen=True)
class Flow:
    """A program, a right module for it, and mutations of that."""

    source: str
    module: str
    mutations: tuple[Mutation, ...]


RNN = Flow(
    """\
import numpy as np


def rnn(X: "D, T", W: "H, D", U: "H, H", b: "H", h0: "H"):
    T = X.shape[1]
    S = np.zeros((h0.shape[0], T + 1))
    S[:, 0] = h0
    for k in range(T):
        S[:, k + 1] = np.tanh(W @ X[:, k] + U @ S[:, k] + b)  # new state
    loss = np.sum(S**2)
    return loss
""",
    """\
import numpy as np


def rnn_forward(X, W, U, b, h0):
    T = X.shape[1]  # (1)
    S = np.zeros((h0.shape[0], T + 1))  # (2)
    S[:, 0] = h0  # (3)
    for k in range(T):
        S[:, k + 1] = np.tanh(W @ X[:, k] + U @ S[:, k] + b)  # (4) new state
    loss = np.sum(S**2)  # (5)
    return loss, (X, W, U, b, T, S)


def rnn_backward(dloss, cache):
    X, W, U, b, T, S = cache
    # (5) loss = np.sum(S**2)
    dS = 2 * S * dloss
    dX = np.zeros_like(X)
    dW = np.zeros_like(W)
    dU = np.zeros_like(U)
    db = np.zeros_like(b)
    for k in reversed(range(T)):
        # (4) S[:, k + 1] = np.tanh(W @ X[:, k] + U @ S[:, k] + b)
        dS_raw = (1 - S[:, k + 1] ** 2) * dS[:, k + 1]
        dW += np.outer(dS_raw, X[:, k])
        dX[:, k] += W.T @ dS_raw
        dU += np.outer(dS_raw, S[:, k])
        dS[:, k] += U.T @ dS_raw
        db += dS_raw
    # (3) S[:, 0] = h0
    dh0 = dS[:, 0]
    return dX, dW, dU, db, dh0


def rnn_value_and_grad(X, W, U, b, h0):
    loss, cache = rnn_forward(X, W, U, b, h0)
    return loss, rnn_backward(1.0, cache)
""",
    (
        Mutation("dS = 2 * S * dloss", "dS = S * dloss", 5),
        Mutation("(1 - S[:, k + 1] ** 2)", "(1 + S[:, k + 1] ** 2)", 4),
        Mutation("    dW += np.outer", "    dW = np.outer", 4),
        Mutation("        db += dS_raw\n", "", 4),
        Mutation("    dS[:, k] += U.T", "    dS[:, k] = U.T", 4),
        Mutation("dS[:, k] += U.T", "dS[:, k] += U", 4),
        Mutation("reversed(range(T))", "range(T)", 4),
        Mutation("(dS_raw, S[:, k])", "(dS_raw, S[:, k + 1])", 4),
        Mutation("dh0 = dS[:, 0]", "dh0 = dS[:, 1]", 3),
        Mutation("return dX, dW, dU, db", "return dX, dU, dW, db", 0),
        Mutation("dS = 2 * S * dloss", "dS = S\n    dS *= 2 * dloss", 5),
        Mutation("U @ S[:, k] + b)  # (4)", "U @ S[:, k] - b)  # (4)", 4),
    ),
)
NEWTON = Flow(
    """\
def newton(a: float, x: float):
    while abs(x * x - a) > 1e-9:
        r = a / x
        x = 0.5 * (x + r)
    return x
""",
    """\
def newton_forward(a, x):
    tape = []
    while abs(x * x - a) > 1e-9:
        tape.append(x)
        r = a / x  # (1)
        x = 0.5 * (x + r)  # (2)
    return x, (a, tape)


def newton_backward(dx, cache):
    a, tape = cache
    da = 0.0
    for x in reversed(tape):
        # (2) x = 0.5 * (x + r)
        dx = 0.5 * dx
        dr = dx
        # (1) r = a / x
        da += dr / x
        dx += -a / x**2 * dr
    return da, dx


def newton_value_and_grad(a, x):
    x, cache = newton_forward(a, x)
    return x, newton_backward(1.0, cache)
""",
    (
        Mutation("dx += -a", "dx += a", 1),
        Mutation("dx += -a", "dx = -a", 1),
        Mutation("dx = 0.5 * dx", "dx += 0.5 * dx", 2),
        Mutation("dr = dx", "dr = 2 * dx", 2),
        Mutation("        da += dr / x\n", "        da = dr / x\n", 1),
        Mutation("reversed(tape)", "tape", 1),
        Mutation("for x in reversed(tape)", "for _ in reversed(tape)", 1),
        Mutation("for x in reversed(tape):", "while tape:\n        x = tape.pop()", 0),
        Mutation(
            "        tape.append(x)\n        r = a / x  # (1)\n",
            "        r = a / x  # (1)\n        tape.append(r)\n",
            1,
        ),
        Mutation("return da, dx\n\n", "return dx, da\n\n", 0),
    ),
)
GATE = Flow(
    """\
import math


def gate(x: float, y: float):
    a = x * y
    if a > 0:
        s = a * math.sin(x) + y
    else:
        s = math.exp(a) - x
    out = s * a
    return out
""",
    """\
import math


def gate_forward(x, y):
    a = x * y  # (1)
    if a > 0:
        s = a * math.sin(x) + y  # (2)
    else:
        s = math.exp(a) - x  # (3)
    out = s * a  # (4)
    return out, (x, y, a, s)


def gate_backward(dout, cache):
    x, y, a, s = cache
    # (4) out = s * a
    ds = a * dout
    da = s * dout
    if a > 0:
        # (2) s = a * math.sin(x) + y
        da += math.sin(x) * ds
        dx = a * math.cos(x) * ds
        dy = ds
    else:
        # (3) s = math.exp(a) - x
        da += math.exp(a) * ds
        dx = -ds
        dy = 0.0
    # (1) a = x * y
    dx += y * da
    dy += x * da
    return dx, dy


def gate_value_and_grad(x, y):
    out, cache = gate_forward(x, y)
    return out, gate_backward(1.0, cache)
""",
    (
        Mutation("dx = -ds", "dx = ds", 3),
        Mutation("dy = 0.0", "dy = ds", 3),
        Mutation("dy = ds\n", "dy = 0.0\n", 2),
        Mutation("dx = a * math.cos(x)", "dx = a * math.sin(x)", 2),
        Mutation("        da += math.exp(a) * ds\n", "", 3),
        Mutation("    if a > 0:\n        # (2)", "    if a < 0:\n        # (2)", 2),
        Mutation("    if a > 0:\n        # (2)", "    if x > 0:\n        # (2)", 2),
        Mutation("dx += y * da", "dx = y * da", 1),
        Mutation("dx += y * da", "dx += x * da", 1),
        Mutation("ds = a * dout", "ds = s * dout", 4),
        Mutation("return dx, dy\n\n", "return dy, dx\n\n", 0),
    ),
)
HEAT = Flow(
    """\
import numpy as np


def heat(u: "N", steps: int):
    for t in range(steps):
        u[1:-1] = u[1:-1] + 0.1 * (u[:-2] - 2 * u[1:-1] + u[2:])
    loss = np.sum(u**2)
    return loss
""",
    """\
import numpy as np


def heat_forward(u, steps):
    for t in range(steps):
        u[1:-1] = u[1:-1] + 0.1 * (u[:-2] - 2 * u[1:-1] + u[2:])  # (1)
    loss = np.sum(u**2)  # (2)
    return loss, (steps, u)


def heat_backward(dloss, cache):
    steps, u = cache
    # (2) loss = np.sum(u**2)
    du = 2 * u * dloss
    for t in reversed(range(steps)):
        # (1) u[1:-1] = u[1:-1] + 0.1 * (u[:-2] - 2 * u[1:-1] + u[2:])
        du_raw = 0.1 * du[1:-1]
        du[1:-1] -= 2 * du_raw
        du[:-2] += du_raw
        du[2:] += du_raw
    return du
""",
    (
        Mutation("du[1:-1] -= 2", "du[1:-1] += 2", 1),
        Mutation("        du[2:] += du_raw\n", "", 1),
        Mutation("du[:-2] += du_raw", "du[:-2] = du_raw", 1),
        Mutation(
            "du_raw = 0.1 * du[1:-1]", "du_raw = du[1:-1]\n        du_raw *= 0.1", 1
        ),
        Mutation("reversed(range(steps))", "reversed(range(steps - 1))", 1),
        Mutation(
            "    for t in range(steps):\n        u[",
            "    u = u.copy()\n    for t in range(steps):\n        u[",
            0,
        ),
        Mutation("du = 2 * u * dloss", "du = u\n    du *= 2 * dloss", 2),
    ),
)
POOL = Flow(
    """\
import numpy as np


def pool(x: "4, 6"):
    out = np.zeros((x.shape[0] // 2, x.shape[1] // 2))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.max(x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])
    return out
""",
    """\
import numpy as np


def pool_forward(x):
    out = np.zeros((x.shape[0] // 2, x.shape[1] // 2))  # (1)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.max(x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])  # (2)
    return out, (x, out)


def pool_backward(dout, cache):
    x, out = cache
    dx = np.zeros_like(x)
    for i in reversed(range(out.shape[0])):
        for j in reversed(range(out.shape[1])):
            # (2) out[i, j] = np.max(x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])
            mask = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] == out[i, j]
            share = mask * (dout[i, j] / np.sum(mask))
            dx[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] += share
    return dx
""",
    (
        Mutation("== out[i, j]", "<= out[i, j]", 2),
        Mutation("(dout[i, j] /", "(dout[i, 0] /", 2),
        Mutation(
            "dx[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] += share",
            "dx[i : i + 2, 2 * j : 2 * j + 2] += share",
            2,
        ),
        Mutation(
            "share = mask * (dout[i, j] / np.sum(mask))",
            "share = mask * (dout[i, j] / np.sum(mask))\n            dout[i, j] = 0",
            2,
        ),
    ),
)
RUNGE_KUTTA = Flow(
    """\
def decay(x: float, k: float, h: float, n: int):
    for i in range(n):
        a = -k * x**2
        m = x + 0.5 * h * a
        b = -k * m**2
        x = x + h * b
    return x
""",
    """\
def decay_forward(x, k, h, n):
    tape = []
    for i in range(n):
        tape.append(x)
        a = -k * x**2  # (1)
        m = x + 0.5 * h * a  # (2)
        b = -k * m**2  # (3)
        tape.append((a, m, b))
        x = x + h * b  # (4)
    return x, (k, h, n, tape)


def decay_backward(dx, cache):
    k, h, n, tape = cache
    dk = 0.0
    dh = 0.0
    for i in reversed(range(n)):
        x = tape[2 * i]
        a, m, b = tape[2 * i + 1]
        # (4) x = x + h * b
        dh += b * dx
        db = h * dx
        # (3) b = -k * m**2
        dk += -(m**2) * db
        dm = -k * 2 * m * db
        # (2) m = x + 0.5 * h * a
        dx += dm
        dh += 0.5 * a * dm
        da = 0.5 * h * dm
        # (1) a = -k * x**2
        dk += -(x**2) * da
        dx += -k * 2 * x * da
    return dx, dk, dh
""",
    (
        Mutation("dx += dm", "dx = dm", 2),
        Mutation("db = h * dx", "db = dx", 4),
        Mutation("        dh += 0.5 * a * dm\n", "", 2),
        Mutation("dk += -(x**2) * da", "dk += -(m**2) * da", 1),
        Mutation("x = tape[2 * i]", "x = tape[0]", 1),
        Mutation("dm = -k * 2 * m * db", "dm = -k * 2 * x * db", 3),
        Mutation("dh += b * dx", "dh = b * dx", 4),
    ),
)
COLLECT = Flow(
    """\
import numpy as np


def collect(x: "N", s: float):
    ys = []
    for i in range(len(x)):
        ys.append(s * x[i] ** 2)
    out = np.array(ys)
    return out
""",
    """\
import numpy as np


def collect_forward(x, s):
    ys = []  # (1)
    for i in range(len(x)):
        ys.append(s * x[i] ** 2)  # (2)
    out = np.array(ys)  # (3)
    return out, (x, s)


def collect_backward(dout, cache):
    x, s = cache
    dx = np.zeros_like(x)
    ds = 0.0
    # (3) out = np.array(ys)
    dys = list(dout)
    for i in reversed(range(len(x))):
        # (2) ys.append(s * x[i] ** 2)
        ds += x[i] ** 2 * dys[i]
        dx[i] += 2 * s * x[i] * dys[i]
    return dx, ds
""",
    (
        Mutation("ds += x[i] ** 2", "ds = x[i] ** 2", 2),
        Mutation("dx[i] += 2 * s", "dx[i] += s", 2),
        Mutation("dx[i] += 2", "dx[0] += 2", 2),
        Mutation("dys = list(dout)", "dys = list(2 * dout)", 3),
    ),
)
CHOLESKY = Flow(
    """\
import numpy as np


def cholesky(M: "N, N"):
    n = M.shape[0]
    A = M @ M.T
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j]
            for k in range(j):
                s = s - L[i, k] * L[j, k]
            if i == j:
                L[i, j] = np.sqrt(s)
            else:
                L[i, j] = s / L[j, j]
    return L
""",
    """\
import numpy as np


def cholesky_forward(M):
    n = M.shape[0]  # (1)
    A = M @ M.T  # (2)
    L = np.zeros((n, n))  # (3)
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j]  # (4)
            for k in range(j):
                s = s - L[i, k] * L[j, k]  # (5)
            if i == j:
                L[i, j] = np.sqrt(s)  # (6)
            else:
                L[i, j] = s / L[j, j]  # (7)
    return L, (M, n, L)


def cholesky_backward(dL, cache):
    M, n, L = cache
    dL = dL.copy()
    dA = np.zeros((n, n))
    for i in reversed(range(n)):
        for j in reversed(range(i + 1)):
            if i == j:
                # (6) L[i, j] = np.sqrt(s)
                ds = dL[i, j] / (2 * L[i, j])
                dL[i, j] = 0
            else:
                # (7) L[i, j] = s / L[j, j]
                ds = dL[i, j] / L[j, j]
                dL[j, j] += -L[i, j] / L[j, j] * dL[i, j]
                dL[i, j] = 0
            for k in reversed(range(j)):
                # (5) s = s - L[i, k] * L[j, k]
                dL[i, k] -= L[j, k] * ds
                dL[j, k] -= L[i, k] * ds
            # (4) s = A[i, j]
            dA[i, j] += ds
    # (2) A = M @ M.T
    dM = dA @ M
    dM += dA.T @ M
    return dM
""",
    (
        Mutation("    dL = dL.copy()\n", "", 6),
        Mutation("/ (2 * L[i, j])", "/ L[i, j]", 6),
        Mutation("dL[j, j] += -L", "dL[j, j] += L", 7),
        Mutation("dL[j, k] -= L[i, k] * ds", "dL[j, k] -= L[j, k] * ds", 5),
        Mutation(
            "            for k in reversed(range(j)):",
            "            for k in reversed(range(i)):",
            5,
        ),
        Mutation("    dM += dA.T @ M\n", "", 2),
    ),
)
BREAK = Flow(
    """\
def search(x: "N", limit: float):
    s = 0.0
    for i in range(len(x)):
        if x[i] < 0:
            continue
        s += x[i] ** 2
        if s > limit:
            return s * limit
    return s
""",
    """\
def search_forward(x, limit):
    s = 0.0  # (1)
    out = 0.0
    left = False
    taken = []
    for i in range(len(x)):
        if not x[i] < 0:
            taken.append(i)
            s += x[i] ** 2  # (2)
            if s > limit:
                out = s * limit  # (3)
                left = True
                break
    if not left:
        out = s  # (4)
    return out, (x, s, limit, left, taken)


def search_backward(dout, cache):
    x, s, limit, left, taken = cache
    dx = 0 * x
    dlimit = 0.0
    if not left:
        # (4) return s
        ds = dout
    else:
        # (3) return s * limit
        ds = limit * dout
        dlimit += s * dout
    for i in reversed(taken):
        # (2) s += x[i] ** 2
        dx[i] += 2 * x[i] * ds
    return dx, dlimit
""",
    (
        Mutation("ds = limit * dout", "ds = dout", 3),
        Mutation("        dlimit += s * dout\n", "", 3),
        Mutation("dx[i] += 2", "dx[i] += 3", 2),
        Mutation("if not x[i] < 0", "if x[i] < 0", 0),
        Mutation("reversed(taken)", "reversed(range(len(x)))", 2),
    ),
)

FLOWS = {
    "rnn": RNN,
    "newton": NEWTON,
    "gate": GATE,
    "heat": HEAT,
    "pool": POOL,
    "decay": RUNGE_KUTTA,
    "collect": COLLECT,
    "cholesky": CHOLESKY,
    "search": BREAK,
}
