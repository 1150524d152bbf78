"""Expression nodes: one object per value, dropped with the module they are part of."""

from __future__ import annotations

import threading

import backgen
from backgen.ir import expr as ir
from backgen.pipeline import Options, from_text

A, B = ir.Var("a"), ir.Var("b")


def test_equal_nodes_are_one_object() -> None:
    assert ir.Binary("+", A, B) is ir.Binary("+", ir.Var("a"), ir.Var("b"))
    assert ir.Binary("+", A, B) is not ir.Binary("+", B, A)
    assert ir.Call(A, (B,)) is ir.Call(A, (B,), ())


def test_height_and_operands() -> None:
    total = ir.Binary("+", ir.Unary("-", A), B)
    assert (A.height, total.height) == (1, 3)
    assert ir.Walrus(A, B).operands == (B,)


def test_nodes_are_dropped_with_their_module() -> None:
    def cube(x):
        return x**3 * 17.25

    before = len(ir._permanent)
    from_text("x = 3.5\ny = x * 123.75\n", "program.py", Options()).text("")
    assert backgen.grad(cube, verify=False)(2.0) == 3 * 4 * 17.25
    assert len(ir._permanent) == before


def test_generating_in_threads_gives_the_same_text() -> None:
    source = "import math\nx = 0.5\ny = math.sin(x) * x\nf = math.exp(y) / y\n"
    texts: list[str] = []

    def work() -> None:
        texts.extend(
            from_text(source, "program.py", Options()).text("") for _ in range(20)
        )

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 80
    assert len(set(texts)) == 1
