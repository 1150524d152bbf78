"""Bugs planted by hand into written modules."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Slip:
    """A piece of a module, what it becomes, and the stage that is then wrong; 0 where
    it belongs to none."""

    old: str
    new: str
    stage: int

    def applied(self, module: str) -> str:
        """The module with the bug in it."""
        assert module.count(self.old) == 1, self.old
        return module.replace(self.old, self.new)


# in modules in tests/written/flows
FLOWS: dict[str, tuple[Slip, ...]] = {
    "rnn": (
        Slip("dS = 2 * S * dloss", "dS = S * dloss", 5),
        Slip("(1 - S[:, k + 1] ** 2)", "(1 + S[:, k + 1] ** 2)", 4),
        Slip("    dW += np.outer", "    dW = np.outer", 4),
        Slip("        db += dS_raw\n", "", 4),
        Slip("    dS[:, k] += U.T", "    dS[:, k] = U.T", 4),
        Slip("dS[:, k] += U.T", "dS[:, k] += U", 4),
        Slip("reversed(range(T))", "range(T)", 4),
        Slip("(dS_raw, S[:, k])", "(dS_raw, S[:, k + 1])", 4),
        Slip("dh0 = dS[:, 0]", "dh0 = dS[:, 1]", 3),
        Slip("return dX, dW, dU, db", "return dX, dU, dW, db", 0),
        Slip("dS = 2 * S * dloss", "dS = S\n    dS *= 2 * dloss", 5),
        Slip("U @ S[:, k] + b)  # (4)", "U @ S[:, k] - b)  # (4)", 4),
    ),
    "newton": (
        Slip("dx += -a", "dx += a", 1),
        Slip("dx += -a", "dx = -a", 1),
        Slip("dx = 0.5 * dx", "dx += 0.5 * dx", 2),
        Slip("dr = dx", "dr = 2 * dx", 2),
        Slip("        da += dr / x\n", "        da = dr / x\n", 1),
        Slip("reversed(tape)", "tape", 1),
        Slip("for x in reversed(tape)", "for _ in reversed(tape)", 1),
        Slip("for x in reversed(tape):", "while tape:\n        x = tape.pop()", 0),
        Slip(
            "        tape.append(x)\n        r = a / x  # (1)\n",
            "        r = a / x  # (1)\n        tape.append(r)\n",
            1,
        ),
        Slip("return da, dx\n\n", "return dx, da\n\n", 0),
    ),
    "gate": (
        Slip("dx = -ds", "dx = ds", 3),
        Slip("dy = 0.0", "dy = ds", 3),
        Slip("dy = ds\n", "dy = 0.0\n", 2),
        Slip("dx = a * math.cos(x)", "dx = a * math.sin(x)", 2),
        Slip("        da += math.exp(a) * ds\n", "", 3),
        Slip("    if a > 0:\n        # (2)", "    if a < 0:\n        # (2)", 2),
        Slip("    if a > 0:\n        # (2)", "    if x > 0:\n        # (2)", 2),
        Slip("dx += y * da", "dx = y * da", 1),
        Slip("dx += y * da", "dx += x * da", 1),
        Slip("ds = a * dout", "ds = s * dout", 4),
        Slip("return dx, dy\n\n", "return dy, dx\n\n", 0),
    ),
    "heat": (
        Slip("du[1:-1] -= 2", "du[1:-1] += 2", 1),
        Slip("        du[2:] += du_raw\n", "", 1),
        Slip("du[:-2] += du_raw", "du[:-2] = du_raw", 1),
        Slip("du_raw = 0.1 * du[1:-1]", "du_raw = du[1:-1]\n        du_raw *= 0.1", 1),
        Slip("reversed(range(steps))", "reversed(range(steps - 1))", 1),
        Slip(
            "    for t in range(steps):\n        u[",
            "    u = u.copy()\n    for t in range(steps):\n        u[",
            0,
        ),
        Slip("du = 2 * u * dloss", "du = u\n    du *= 2 * dloss", 2),
    ),
    "pool": (
        Slip("== out[i, j]", "<= out[i, j]", 2),
        Slip("(dout[i, j] /", "(dout[i, 0] /", 2),
        Slip(
            "dx[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] += share",
            "dx[i : i + 2, 2 * j : 2 * j + 2] += share",
            2,
        ),
        Slip(
            "share = mask * (dout[i, j] / np.sum(mask))",
            "share = mask * (dout[i, j] / np.sum(mask))\n            dout[i, j] = 0",
            2,
        ),
    ),
    "decay": (
        Slip("dx += dm", "dx = dm", 2),
        Slip("db = h * dx", "db = dx", 4),
        Slip("        dh += 0.5 * a * dm\n", "", 2),
        Slip("dk += -(x**2) * da", "dk += -(m**2) * da", 1),
        Slip("x = tape[2 * i]", "x = tape[0]", 1),
        Slip("dm = -k * 2 * m * db", "dm = -k * 2 * x * db", 3),
        Slip("dh += b * dx", "dh = b * dx", 4),
    ),
    "collect": (
        Slip("ds += x[i] ** 2", "ds = x[i] ** 2", 2),
        Slip("dx[i] += 2 * s", "dx[i] += s", 2),
        Slip("dx[i] += 2", "dx[0] += 2", 2),
        Slip("dys = list(dout)", "dys = list(2 * dout)", 3),
    ),
    "cholesky": (
        Slip("    dL = dL.copy()\n", "", 6),
        Slip("/ (2 * L[i, j])", "/ L[i, j]", 6),
        Slip("dL[j, j] += -L", "dL[j, j] += L", 7),
        Slip("dL[j, k] -= L[i, k] * ds", "dL[j, k] -= L[j, k] * ds", 5),
        Slip(
            "            for k in reversed(range(j)):",
            "            for k in reversed(range(i)):",
            5,
        ),
        Slip("    dM += dA.T @ M\n", "", 2),
    ),
    "search": (
        Slip("ds = limit * dout", "ds = dout", 3),
        Slip("        dlimit += s * dout\n", "", 3),
        Slip("dx[i] += 2", "dx[i] += 3", 2),
        Slip("if not x[i] < 0", "if x[i] < 0", 0),
        Slip("reversed(taken)", "reversed(range(len(x)))", 2),
    ),
}
# that were not found once, each in a module of an example
MISSED: dict[str, tuple[str, Slip]] = {
    "loop that runs once at small shapes": (
        "conv_loops",
        Slip("dW[m, n, c, f] += V", "dW[m, n, c, f] = V", 4),
    ),
    "loops exchanged that run once at small shapes": (
        "max_pool",
        Slip("dbest = dout[i, j]", "dbest = dout[j, i]", 4),
    ),
    "inner loop that runs once in a matrix with a root": (
        "cholesky",
        Slip("dL[j, k] -= L[i, k]", "dL[j, k] -= L[i, 0]", 7),
    ),
    "loop over what is no number": (
        "heat",
        Slip("u, steps = cache", "steps, u = cache", 0),
    ),
    "way back through what is no list": (
        "lstm",
        Slip("c, y, H, tape = cache", "c, y, tape, H = cache", 0),
    ),
    "argument of integers that is changed": (
        "two_layer_net",
        Slip("    dz1 = da2 @ W2.T\n", "    dz1 = da2 @ W2.T\n    t *= 2\n", 5),
    ),
    "maximum of one value with itself": (
        "max_pool",
        Slip("dx[2 * i, 2 * j] += dbest", "dx[2 * i, 2 * j] = dbest", 2),
    ),
    "block after another that binds what its stage binds anew": (
        "lstm",
        Slip("dz[:H] = (1 - i) * i * di", "dz[:H] = (1 - i) * di", 3),
    ),
}
