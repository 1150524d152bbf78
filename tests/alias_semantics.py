"""Running what `resolve` makes of a program, with and without shared memory."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

import numpy as np
from backgen.analysis.aliases import resolve
from backgen.analysis.versions import Webs
from backgen.emit.printer import Printer
from backgen.errors import BackgenError
from backgen.frontend.programs import read_text
from backgen.ir.blocks import map_statements, walk_statements
from backgen.ir.expr import Const, Index, Var, nodes
from backgen.ir.program import Function
from backgen.ir.stmt import Place, Stmt, Write
from backgen.ir.walk import paths_in

ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%", "**"})


class Shared(Exception):
    """A refusal: where it writes, where another name is bound, and why."""

    def __init__(self, write: Place | None, other: Place | None, message: str) -> None:
        super().__init__(message)
        self.write, self.other = write, other


def refuse(write: Place | None, other: Place | None, message: str) -> NoReturn:
    raise Shared(write, other, message)


def calls_nothing(path: str) -> NoReturn:
    """For programs that call nothing with passes of its own."""
    raise AssertionError(path)


def resolved(text: str) -> str:
    """The resolved body of the function in a text, as text.

    Raises:
        Shared: where it is refused.
    """
    with nodes():
        _, program = read_text(f"import math\nimport numpy as np\n{text}", "f.py")
        function = resolve(program.functions[0], refuse, calls_nothing)
        body = map_statements(function.body, _explicit)
        return Printer(_spelling(function)).block(body, 0)


def _explicit(statement: Stmt) -> Stmt:
    """A write to all of an array, which would be printed as `x += e`, as such."""
    match statement:
        case Write(Index(Var(), Const("...")), _, op) if op in ARITHMETIC:
            return replace(statement, op="")
        case _:
            return statement


def _spelling(function: Function) -> dict[str, str]:
    from backgen.analysis.recording import expressions

    paths = {
        path
        for statement in walk_statements(function.body)
        for value in expressions(statement)
        for path in paths_in(value)
    }
    return {p: p.replace("numpy.", "np.").replace("builtins.", "") for p in paths}


# -- running

Runs = Callable[..., Any]


def original(text: str) -> Runs:
    """The function of a text."""
    return _defined(ast.parse(text), {})


def with_values(body: str, names: list[str]) -> Runs:
    """A body run as if no two variables could share memory: everything that is bound is
    a copy. That is how the adjoint understands it."""
    tree = ast.fix_missing_locations(_Copies().visit(_function(body, names)))
    return _defined(tree, {"_copy": copy.deepcopy})


def watched(body: str, names: list[str]) -> Runs:
    """A body run as it is, which fails where a write changes what was read under
    another name: the backward pass may read that again.

    An array that is handed from name to name is one family, of which the backward pass
    knows that it is changed.
    """
    seen: list[tuple[str, np.ndarray]] = []
    tree = _function(body, names)
    families = _families(tree)

    def see(name: str, value: Any) -> Any:
        items = value if isinstance(value, list) else [value]
        seen.extend((name, v) for v in items if isinstance(v, np.ndarray))
        return value

    def wrote(root: str, value: Any) -> None:
        for name, other in seen if isinstance(value, np.ndarray) else ():
            same = families.root(name) == families.root(root)
            assert same or not np.shares_memory(value, other), (name, root)

    tree = ast.fix_missing_locations(_Watched().visit(tree))
    return _defined(tree, {"_see": see, "_wrote": wrote})


def _families(tree: ast.Module) -> Webs:
    """Names that are exchanged with each other."""
    families = Webs()
    for node in ast.walk(tree):
        match node:
            case ast.Assign([ast.Tuple(elts=targets)], ast.Tuple(elts=values)):
                bound = {t.id for t in targets if isinstance(t, ast.Name)}
                for value in values:
                    if isinstance(value, ast.Name) and value.id in bound:
                        families.join(*bound)
    return families


def _function(body: str, names: list[str]) -> ast.Module:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return ast.parse(f"def f({', '.join(names)}):\n{lines}")


def _defined(tree: ast.Module, given: dict[str, Any]) -> Runs:
    import math

    space: dict[str, Any] = {"np": np, "math": math, **given}
    exec(compile(tree, "<program>", "exec"), space)  # the tests' own text
    return space["f"]


def _call(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])


class _Copies(ast.NodeTransformer):
    def visit_Assign(self, node: ast.Assign) -> Any:
        node.value = _call("_copy", node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        if not isinstance(node.target, ast.Name):
            return node
        read = ast.Name(node.target.id, ast.Load())
        value = _call("_copy", ast.BinOp(read, node.op, node.value))
        return ast.Assign([node.target], value)

    def visit_For(self, node: ast.For) -> Any:
        self.generic_visit(node)
        node.iter = _call("_copy", node.iter)
        return node

    def visit_Call(self, node: ast.Call) -> Any:
        if isinstance(node.func, ast.Attribute) and node.func.attr == "append":
            node.args = [_call("_copy", node.args[0])]
        return node


class _Watched(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> Any:
        if not isinstance(node.ctx, ast.Load) or node.id in dir(np) or node.id == "np":
            return node
        return _call("_see", ast.Constant(node.id), node)

    def visit_Assign(self, node: ast.Assign) -> Any:
        node.value = self.visit(node.value)
        roots = [_root(t) for t in node.targets if isinstance(t, ast.Subscript)]
        return [node, *(_after(root) for root in roots)]

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        node.value = self.visit(node.value)
        return [node, _after(_root(node.target))]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        node.body = [s for old in node.body for s in _listed(self.visit(old))]
        return node


def _listed(made: Any) -> list[ast.stmt]:
    return made if isinstance(made, list) else [made]


def _root(target: ast.expr) -> str:
    while not isinstance(target, ast.Name):
        target = target.func if isinstance(target, ast.Call) else target.value  # type: ignore[attr-defined]
    return target.id


def _after(root: str) -> ast.stmt:
    name = ast.Name(root, ast.Load())
    return ast.Expr(_call("_wrote", ast.Constant(root), name))


def is_refusal(error: Exception) -> bool:
    return isinstance(error, BackgenError | Shared)
