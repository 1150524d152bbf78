"""Random imperative programs whose arguments come in a dict: `p["x"][1:] += p["a"]`."""

from __future__ import annotations

import ast
import random
from dataclasses import replace
from typing import Any

from random_imperative import FlowProgram, make


class _Gathering(ast.NodeTransformer):
    """Reads and changes items of a dict in the place of variables."""

    def __init__(self, names: set[str], dict_: str) -> None:
        self.names, self.dict = names, dict_

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.names:
            return node
        key = ast.Constant(node.id)
        return ast.Subscript(ast.Name(self.dict, ast.Load()), key, node.ctx)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        return node if node.name != "f" else self._gathered(node)

    def _gathered(self, node: ast.FunctionDef) -> ast.FunctionDef:
        kept = [arg for arg in node.args.args if arg.arg not in self.names]
        taken = [arg for arg in node.args.args if arg.arg in self.names]
        notes = [arg.annotation for arg in taken if arg.annotation is not None]
        keys: list[ast.expr | None] = [ast.Constant(arg.arg) for arg in taken]
        node.args.args = [ast.arg(self.dict, ast.Dict(keys, notes)), *kept]
        node.body = [self.visit(statement) for statement in node.body]
        return node


def make_gathered(seed: int) -> FlowProgram:
    """The program of a seed, with some or all of its arguments in a dict `p`."""
    program = make(seed)
    rng = random.Random(f"gathered {seed}")
    tree = ast.parse(program.text)
    fixed = {
        name.id
        for node in ast.walk(tree)
        if isinstance(node, (ast.For, ast.comprehension, ast.NamedExpr))
        for name in ast.walk(node.target)
        if isinstance(name, ast.Name)
    }
    names = [name for name in program.arguments if name not in fixed]
    if not names:
        return program
    chosen = set(rng.sample(names, rng.randint(1, len(names))))
    tree = _Gathering(chosen, "p").visit(tree)
    text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    held = {name: value for name, value in program.arguments.items() if name in chosen}
    rest: dict[str, Any] = {
        name: value for name, value in program.arguments.items() if name not in chosen
    }
    return replace(program, text=text, arguments={"p": held, **rest})
