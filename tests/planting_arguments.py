"""Arguments for the functions of a source, drawn as their annotations say: numbers of
50 digits."""

from __future__ import annotations

import ast
import random
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from exact_numbers import Number, exact, exact_leaf

_LENGTHS = {"conv": {"J": 5, "K": 4, "M": 2, "N": 3}}
_POSITIVE = frozenset({"newton", "call_price", "pressure_drop", "special", "decay"})
# images have room for a window of three
_ROOMY = frozenset("HWNMJK")
# two arrays of which nothing is stated, broadcast in turns
_SHAPES = ((2, 3), (3,), (2, 1), (1, 3), (2, 3))


@dataclass
class Drawing:
    """Draws values for the parameters of functions of a source; names of axes get
    lengths when they first come."""

    tree: ast.Module
    rng: random.Random
    seed: int
    lengths: dict[str, int] = field(default_factory=dict)

    def number(self) -> Number:
        """A number of 50 digits."""
        return exact(self.rng.uniform(-2.0, 2.0))

    def array(self, shape: tuple[int, ...]) -> Any:
        """An array of such numbers."""
        found = np.empty(shape, object)
        for index in np.ndindex(shape):
            found[index] = self.number()
        return found

    def arguments(self, node: ast.FunctionDef) -> dict[str, Any]:
        """For all parameters of a function."""
        every = node.args.args
        arrays = "numpy" in ast.unparse(self.tree)
        if arrays and not any(a.annotation for a in every):
            shapes = (_SHAPES[(self.seed + i) % len(_SHAPES)] for i in range(9))
            return {a.arg: self.array(s) for a, s in zip(every, shapes, strict=False)}
        self.lengths = dict(_LENGTHS.get(node.name, {}))
        found = self.annotated(node)
        for name, length in _subscripted(node).items():
            if isinstance(found.get(name), Number):
                found[name] = [self.number() for _ in range(length)]
        for name, value in found.items():
            if node.name in _POSITIVE or name == "eps":
                found[name] = _positive(value)
        match node.name:
            case "cholesky" if "A" in found:
                found["A"] = self._definite(len(found["A"]))
            case "kalman":
                found["P"], found["Q"] = self._definite(2), self._definite(2)
                found["r"] = exact(1.5)
            case "summing":
                found["weights"] = tuple(self.number() for _ in range(3))
        return found

    def annotated(self, node: ast.FunctionDef) -> dict[str, Any]:
        """For the parameters of a function or method, by their annotations."""
        every = (*node.args.args, *node.args.kwonlyargs)
        return {a.arg: self._drawn(a.annotation) for a in every if a.arg != "self"}

    def sampled(self) -> dict[str, Any]:
        """Values like those that the names of a script are bound to."""
        found: dict[str, Any] = {}
        for node in self.tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    match value:
                        case ast.List(elts=elements):
                            found[name] = [self.number() for _ in elements]
                        case ast.Call(func=ast.Attribute(attr="randn"), args=shape):
                            lengths = map(ast.literal_eval, shape)
                            found[name] = self.array(tuple(lengths))
                        case ast.Call(func=ast.Attribute(attr="array"), args=[given]):
                            literal = ast.literal_eval(given)
                            found[name] = self.array(np.shape(literal))
                        case ast.Constant() | ast.UnaryOp(operand=ast.Constant()):
                            found[name] = self.number()
        return found

    def _definite(self, size: int) -> Any:
        factor = self.array((size, size))
        return factor @ factor.T + exact_leaf(size * np.eye(size))

    def _drawn(self, annotation: ast.expr | None) -> Any:
        match annotation:
            case ast.Constant(value=str() as text):
                return self._of_shape(text)
            case ast.Name(id="int"):
                return self.rng.randint(2, 3)
            case ast.Name(id=name) if (fields := self._fields(name)) is not None:
                return {key: self._drawn(part) for key, part in fields.items()}
            case ast.Dict(keys=keys, values=items):
                return {
                    ast.literal_eval(key): self._drawn(item)
                    for key, item in zip(keys, items, strict=True)
                    if key is not None
                }
        return self.number()

    def _fields(self, name: str) -> dict[str, ast.expr] | None:
        """The annotations of a class of the source."""
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef) and node.name == name:
                return {
                    part.target.id: part.annotation
                    for part in node.body
                    if isinstance(part, ast.AnnAssign)
                    and isinstance(part.target, ast.Name)
                }
        return None

    def _of_shape(self, text: str) -> Any:
        head, _, kind = text.rpartition(" ")
        if kind not in ("int", "bool"):
            head, kind = text, ""
        parts = [ast.parse(part.strip()).body for part in head.split(",")]
        shape = tuple(self._length(body[0]) for body in parts if body)
        count = int(np.prod(shape))
        if kind == "bool":
            mask = np.array([self.rng.random() < 0.6 for _ in range(count)])
            mask = mask.reshape(shape)
            np.fill_diagonal(mask, True)
            return mask
        if kind == "int":
            most = min([*self.lengths.values(), 2])
            return np.array([self.rng.randrange(most) for _ in range(count)]).reshape(
                shape
            )
        return self.array(shape)

    def _length(self, node: ast.stmt) -> int:
        assert isinstance(node, ast.Expr)
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id not in self.lengths:
                low = 3 if part.id in _ROOMY else 2
                self.lengths[part.id] = self.rng.randint(low, 4)
        code = compile(ast.Expression(node.value), "", "eval")
        return int(eval(code, {}, self.lengths))


def _positive(value: Any) -> Any:
    return abs(value) + exact(0.3) if isinstance(value, Number) else value


def _subscripted(node: ast.FunctionDef) -> dict[str, int]:
    """The parameters that are lists of numbers, as they are unpacked or indexed, and
    their lengths."""
    found: dict[str, int] = {}
    for part in ast.walk(node):
        match part:
            case ast.Subscript(
                value=ast.Name(id=name), slice=ast.Constant(value=int() as index)
            ):
                found[name] = max(found.get(name, 0), index + 1)
            case ast.Assign(targets=[ast.Tuple(elts=parts)], value=ast.Name(id=name)):
                found[name] = len(parts)
    return found
