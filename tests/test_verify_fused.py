"""Modules in the fused style, with loops: the stage that is wrong has its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from backgen import pipeline, stamp
from backgen.pipeline import Options
from backgen.verify import verify
from backgen.verify.programs.written import stage_number

EXAMPLES = Path(__file__).parent.parent / "examples"


def module_of(source: str) -> str:
    built = pipeline.from_text(source, "f.py", Options(style="fused"))
    return built.text(stamp.UNCHECKED)


def scaled(module: str) -> Iterator[tuple[int, str]]:
    """By stage, the module with what its block first binds or adds scaled."""
    lines = module.split("\n")
    for node in ast.walk(ast.parse(module)):
        match node:
            case ast.Assign(value=value) | ast.AugAssign(value=value):
                number = stage_number(lines[node.lineno - 2].strip())
                if number:
                    node.value = ast.BinOp(ast.Constant(1.0000001), ast.Mult(), value)
                    new = " " * node.col_offset + ast.unparse(node)
                    last = node.end_lineno or node.lineno
                    rest = [*lines[: node.lineno - 1], new, *lines[last:]]
                    yield number, "\n".join(rest)


@pytest.mark.parametrize("name", ["sorting_pass", "newton", "gauss_seidel", "rnn"])
def test_the_stage_is_named(name: str) -> None:
    source = (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")
    planted = list(scaled(module_of(source)))
    assert planted
    for stage, module in planted:
        report = verify(source, "f.py", module, levels=(1, 2, 3))
        assert [f.stage for f in report.findings][:1] == [stage], module
