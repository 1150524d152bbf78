"""What has to be an integer, told by how Python uses it."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from backgen.text.integers import Callees, integers

CASES = {
    "range": ("for i in range(n): pass", {"n"}),
    "through a name": ("k = n // 2 - m\nfor i in range(k): pass", {"n", "m"}),
    "a slice": ("y = x[lo : hi + 1]", {"lo", "hi"}),
    "a shape": ("y = np.zeros((n, m))", {"n", "m"}),
    "reshape": ("y = x.reshape(n, -1)", {"n"}),
    "one length may be a shape": ("y = np.zeros(n)", set()),
    "a name that is bound twice": ("k = n\nk = m\nfor i in range(k): pass", set()),
    "bound again, made of itself": ("n //= 2\nfor i in range(n): pass", {"n"}),
    "counted down": ("k = n\nwhile k:\n    k -= 1\n    y = x[:k]", {"n"}),
    "halved": ("k = n\nk = k // 2 + m\nfor i in range(k): pass", {"n"}),
    "no integer any more": ("k = n\nk = k / 2\nfor i in range(k): pass", set()),
    "a parameter, bound after its use": (
        "for i in range(n): pass\nlo = n\nn = m * 2",
        set(),
    ),
    "bound to something else": ("y = n * 0.5\nn = 3\nfor i in range(n): pass", set()),
    "of a quotient nothing is said": ("for i in range(int(n / 2)): pass", set()),
    "the larger one": ("for i in range(max(n, m)): pass", {"n", "m"}),
    "how often a list": ("y = [0.0] * n", {"n"}),
    "of a function": ("y = repeated(x, n)", {"n"}),
    "by keyword": ("y = repeated(x, count=n)", {"n"}),
}
BESIDE = """
def repeated(x, count):
    for i in range(count):
        x = x * x
    return x
"""


@pytest.mark.parametrize("name", CASES)
def test_names(name: str) -> None:
    body, due = CASES[name]
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    tree = ast.parse(BESIDE + f"def f(x, n, m, lo, hi):\n{lines}\n")
    (node,) = [s for s in tree.body if getattr(s, "name", "") == "f"]
    assert integers(node, Callees.of(tree)).names == due


def test_items_of_dicts() -> None:
    tree = ast.parse(
        dedent("""
        def f(x, conv):
            n = len(x) // conv["stride"]
            for i in range(n):
                pass
        """)
    )
    assert ("conv", "stride") in integers(tree.body[0], Callees.of(tree)).certain


def test_functions_that_call_each_other() -> None:
    tree = ast.parse("def f(n): return g(n)\ndef g(n): return f(n)\n")
    assert integers(tree.body[0], Callees.of(tree)).names == set()
