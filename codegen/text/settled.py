"""Parameters that decide what is written: an axis, or whether it is kept.

    def norm(x, axis=-1):
        return x / np.sqrt(np.sum(x * x, axis=axis, keepdims=True))

Each axis has another backward pass. So the value that a call gives, or that the default
is, stands in what is written, which is for that value only.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

# Arguments that decide what is written.
DECIDING = frozenset("axis axes axis1 axis2 keepdims ord".split())
# Functions and methods whose first argument after the array is one.
_REDUCING = frozenset(
    "sum mean max min amax amin prod std var argmax argmin cumsum cumprod any all "
    "median ptp flip expand_dims squeeze sort argsort nansum nanmean".split()
)

# Gives the definition of a function that is called by a name, and what its names mean.
Find = Callable[[str], "tuple[ast.FunctionDef, Definitions] | None"]


@dataclass
class Definitions:
    """What is known of functions, of those that they call too; each is read once, and
    while one is, nothing is known of it."""

    find: Find
    _read: dict[int, frozenset[str]] = field(default_factory=dict)

    @staticmethod
    def of(tree: ast.Module) -> Definitions:
        """Those at the top of a file."""
        nodes = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}

        def find(name: str) -> tuple[ast.FunctionDef, Definitions] | None:
            return (nodes[name], found) if name in nodes else None

        found = Definitions(find)
        return found

    def settled(self, node: ast.FunctionDef) -> frozenset[str]:
        """The parameters of a function that decide what is written."""
        if id(node) not in self._read:
            self._read[id(node)] = frozenset()
            self._read[id(node)] = frozenset(self._in(node))
        return self._read[id(node)]

    def _in(self, node: ast.FunctionDef) -> Iterator[str]:
        inner = [part for statement in node.body for part in ast.walk(statement)]
        bound = {
            n.id
            for n in inner
            if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
        }
        own = {*_parameters(node.args)}
        for part in inner:
            if isinstance(part, ast.Call):
                for value in self._deciding(part, own | bound):
                    if isinstance(value, ast.Name) and value.id in own - bound:
                        yield value.id

    def _deciding(self, call: ast.Call, local: set[str]) -> Iterator[ast.expr]:
        """The arguments of a call that decide what is written."""
        match call.func:
            case ast.Attribute(value=base, attr=name):
                yield from (k.value for k in call.keywords if k.arg in DECIDING)
                is_module = isinstance(base, ast.Name) and base.id not in local
                if name in _REDUCING:
                    yield from call.args[is_module:][:1]
            case ast.Name(id=name) if name not in local:
                known = self.find(name)
                if known is None:
                    yield from (k.value for k in call.keywords if k.arg in DECIDING)
                    return
                node, definitions = known
                found = definitions.settled(node)
                yield from (k.value for k in call.keywords if k.arg in found)
                params = [*_parameters(node.args)]
                for word, value in zip(params, call.args, strict=False):
                    if word in found:
                        yield value


def defaults(node: ast.FunctionDef) -> Mapping[str, ast.expr]:
    """The defaults of a function that are constants, or tuples of these, but None."""
    arguments = node.args
    ordered = [*arguments.posonlyargs, *arguments.args]
    first = len(ordered) - len(arguments.defaults)
    pairs = [
        *zip(ordered[first:], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {a.arg: value for a, value in pairs if value and _is_constant(value)}


def is_settling(value: object) -> bool:
    """Whether a value can stand in what is written."""
    if isinstance(value, tuple):
        return all(type(item) is int for item in value)
    return type(value) in (bool, int, str)


def _is_constant(node: ast.expr) -> bool:
    try:
        return is_settling(ast.literal_eval(node))
    except ValueError:
        return False


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield argument.arg
