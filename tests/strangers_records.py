"""Hand-written backward passes of programs that return records, or keep them."""

from __future__ import annotations

from strangers import Pair, Slip

IN_CACHE = """\
from dataclasses import dataclass

import numpy as np


@dataclass
class Kept:
    x: np.ndarray
    h: np.ndarray


def loss(x: "N, D", W: "D, M"):
    kept = Kept(x, np.tanh(x @ W))
    return np.sum(kept.h**2), (kept, W)


def loss_backward(dloss, cache):
    kept, W = cache
    dh = 2 * kept.h * dloss
    dz = dh * (1 - kept.h**2)
    return dz @ W.T, kept.x.T @ dz
"""
GATES = """\
from collections import namedtuple

import numpy as np

State = namedtuple("State", "h c")


def step(x: "H", h: "H", c: "H"):
    i = np.tanh(x + h)
    new_c = c * 0.9 + i * x
    return State(np.tanh(new_c), new_c)
"""
GATES_BACKWARD = """

def step_backward(dstate, x, h, c):
    i = np.tanh(x + h)
    new_h, new_c = step(x, h, c)
    dc = dstate.c + dstate.h * (1 - new_h**2)
    di = dc * x
    dsum = di * (1 - i**2)
    return dsum + dc * i, dsum, dc * 0.9
"""
MOTION = """\
from dataclasses import dataclass


@dataclass
class Motion:
    x: float
    v: float


def kick(x: float, v: float, k: float):
    w = v - 0.1 * k * x
    return Motion(x + 0.1 * w, w)
"""
MOTION_BACKWARD = """

def kick_backward(dmotion, x, v, k):
    dw = dmotion.v + 0.1 * dmotion.x
    dx = dmotion.x - 0.1 * k * dw
    return dx, dw, -0.1 * x * dw
"""
MOTION_IN_DICT = """\
def kick_backward(dout, x, v, k):
    dw = dout["v"] + 0.1 * dout["x"]
    dx = dout["x"] - 0.1 * k * dw
    return dx, dw, -0.1 * x * dw
"""
SPLIT = """\
from typing import NamedTuple


class Pair(NamedTuple):
    sum: float
    product: float


def both(a: float, b: float):
    return Pair(a + b, a * b)
"""
SPLIT_BACKWARD = """

def both_backward(dsum, dproduct, a, b):
    return dsum + dproduct * b, dsum + dproduct * a
"""

PAIRS = (
    Pair(
        "a record in a cache",
        IN_CACHE,
        slips=(
            Slip("(1 - kept.h**2)", "(1 - kept.h)", ""),
            Slip("kept.x.T @ dz", "kept.x.T @ dh", ""),
        ),
    ),
    Pair(
        "a named tuple as output",
        GATES,
        GATES + GATES_BACKWARD,
        slips=(
            Slip("dstate.c + dstate.h", "dstate.h + dstate.c", ""),
            Slip("di = dc * x", "di = dc * h", ""),
        ),
    ),
    Pair(
        "a dataclass as output",
        MOTION,
        MOTION + MOTION_BACKWARD,
        slips=(
            Slip("dmotion.v + 0.1 * dmotion.x", "dmotion.v + dmotion.x", ""),
            Slip("-0.1 * x * dw", "0.1 * x * dw", "sign"),
        ),
    ),
    Pair("the gradients of a dataclass in a dict", MOTION, MOTION_IN_DICT),
    Pair(
        "a named tuple as output, upstream gradients one by one",
        SPLIT,
        SPLIT + SPLIT_BACKWARD,
        slips=(Slip("dsum + dproduct * b", "dsum + dproduct * a", ""),),
    ),
)
