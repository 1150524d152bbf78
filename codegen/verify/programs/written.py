"""The written module as the verifier reads it: forward lines, backward blocks."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Generic

from ..running.code import Code
from ..running.compiler import compile_code
from ..running.machine import Routine
from ..texts.both import runs_both
from ..texts.numbering import C, Compile, Lines
from ..texts.scope import Scope, Unsupported
from ..texts.signature import Signature
from .helpers import known_helpers
from .original import Constant, read_constants


@dataclass(frozen=True)
class LineOf(Generic[C]):
    """A statement; `number` is that of its stage, 0 for a helper line."""

    number: int
    line: int
    text: str
    code: C


@dataclass(frozen=True)
class BlockOf(Generic[C]):
    """The backward lines of a stage."""

    number: int
    line: int
    lines: tuple[LineOf[C], ...]


@dataclass(frozen=True)
class WrittenOf(Generic[C]):
    """Forward and backward pass of one function.

    Attributes:
        params: the parameters of the forward pass.
        signatures: how the functions that a user calls take these.
        upstream: the parameter that takes the upstream gradient; None where it is 1.
        cache: what the forward pass hands on, and the parameter that takes it; None
            where both passes are one body.
        output: what the function returns as its value.
        preamble: backward lines before the first block.
        gradients: the returned gradients, with the names of those that are names.
        single: whether one gradient is returned bare.
        value_and_grad: the function that runs both passes, if that is more than a call
            of one and then the other.
    """

    base: str
    params: tuple[str, ...]
    signatures: tuple[Signature, ...]
    forward: tuple[LineOf[C], ...]
    output: C
    upstream: str | None
    cache: tuple[C, str] | None
    preamble: tuple[LineOf[C], ...]
    blocks: tuple[BlockOf[C], ...]
    gradients: tuple[C, ...]
    gradient_names: tuple[str | None, ...]
    single: bool
    return_line: int
    value_and_grad: str | None


Line = LineOf[Code]
Block = BlockOf[Code]
Written = WrittenOf[Code]


@dataclass(frozen=True)
class Module:
    """A written module."""

    functions: Mapping[str, Written | Unsupported]
    routines: Mapping[str, Routine]
    constants: tuple[Constant, ...]
    foreign_imports: tuple[tuple[str, int], ...]


class _Routines(Mapping[str, Routine]):
    """The functions of a module, compiled when they are called."""

    def __init__(self, reader: Reader[Code], names: Iterable[str]) -> None:
        self._reader = reader
        self._names = dict.fromkeys(names)
        self._compiled: dict[str, Routine] = {}

    def __getitem__(self, name: str) -> Routine:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._compiled:
            try:
                self._compiled[name] = self._reader.routine(name)
            except Unsupported as reason:
                raise KeyError(name) from reason
        return self._compiled[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


_FORWARD, _BACKWARD, _BOTH, _VJP = "_forward", "_backward", "_value_and_grad", "_vjp"
_ALLOWED_IMPORTS = frozenset(
    {"__future__", "bisect", "collections", "math", "numba", "numpy", "scipy"}
)


def read_module(tree: ast.Module, text: str) -> Module:
    """Read all functions of a written module."""
    nodes = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    scope = Scope.of(tree, text)
    constants = tuple(read_constants(tree, scope))
    reader = Reader(nodes, scope, text, _compiled)
    routines = _Routines(reader, nodes)
    reader.scope = replace(scope, known=known_helpers(routines, constants))
    functions = reader.functions()
    return Module(functions, routines, constants, tuple(foreign_imports(tree)))


def helpers_in(tree: ast.Module, text: str) -> dict[str, str]:
    """The helpers of a module on numbers that are found right, and what they compute.

    See `helpers`.
    """
    nodes = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    scope = Scope.of(tree, text)
    routines = _Routines(Reader(nodes, scope, text, _compiled), nodes)
    return known_helpers(routines, tuple(read_constants(tree, scope)))


def foreign_imports(tree: ast.Module) -> list[tuple[str, int]]:
    """What a written module has no business to import, with the lines."""
    found = []
    for node in tree.body:
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=module, level=level):
                modules = ["." * level + (module or "")]
            case _:
                continue
        roots = ((name, name.partition(".")[0]) for name in modules)
        found += [(n, node.lineno) for n, root in roots if root not in _ALLOWED_IMPORTS]
    return found


class Reader(Generic[C]):
    """Reads the functions of a module; `compiled` makes code of its statements."""

    def __init__(
        self,
        nodes: Mapping[str, ast.FunctionDef],
        scope: Scope,
        text: str,
        compiled: Compile[C],
    ) -> None:
        self._nodes = nodes
        self.scope = scope
        self._lines = Lines(text)
        self._compiled = compiled

    def functions(self) -> dict[str, WrittenOf[C] | Unsupported]:
        """All passes by the name of their function."""
        functions: dict[str, WrittenOf[C] | Unsupported] = {}
        for name in self._nodes:
            for suffix in (_FORWARD, _BOTH, _VJP):
                base = name.removesuffix(suffix)
                if base and base != name and base not in functions:
                    functions[base] = self.written(base)
        return functions

    def routine(self, name: str) -> Routine:
        """A function to be called as a whole. Raises `Unsupported`."""
        node = self._nodes[name]
        code = compile_code(node.body, self._inner(node))
        return Routine(name, Signature.of(node.args), code)

    def written(self, base: str) -> WrittenOf[C] | Unsupported:
        try:
            if base + _FORWARD in self._nodes:
                return self._split(base)
            return self._fused(base)
        except Unsupported as reason:
            return reason

    def _split(self, base: str) -> WrittenOf[C]:
        forward = self._nodes[base + _FORWARD]
        backward = self._nodes.get(base + _BACKWARD)
        if backward is None:
            raise Unsupported(f"`{base}_backward` is missing")
        both = base + _BOTH if base + _BOTH in self._nodes else None
        forward_scope, scope = self._inner(forward), self._inner(backward)
        entries = [forward, *([self._nodes[both]] if both else [])]
        if both and runs_both(self._nodes[both], forward, backward, self.scope):
            both = None
        output, cache = _pair(forward)
        if len(_params(backward)) != 2:
            raise Unsupported("the backward pass has two parameters", backward)
        upstream, cache_name = _params(backward)
        preamble, blocks = self._body(backward, scope)
        gradients, single = _gradients(_returned(backward))
        return WrittenOf(
            base,
            _params(forward),
            tuple(Signature.of(node.args) for node in entries),
            tuple(
                self._line(node, forward_scope)
                for node in forward.body[:-1]
                if _has_effect(node, forward_scope)
            ),
            self._value(output, forward_scope),
            upstream,
            (self._value(cache, forward_scope), cache_name),
            preamble,
            blocks,
            tuple(self._value(g, scope) for g in gradients),
            tuple(_name(g, scope) for g in gradients),
            single,
            backward.body[-1].lineno,
            both,
        )

    def _fused(self, base: str) -> WrittenOf[C]:
        vjp = base + _VJP in self._nodes
        node = self._nodes[base + (_VJP if vjp else _BOTH)]
        scope = self._inner(node)
        params = _params(node)
        upstream = params[0] if vjp else None
        output, returned = _pair(node)
        lines, blocks = self._body(node, scope)
        last = max((i + 1 for i, line in enumerate(lines) if line.number), default=0)
        gradients, single = _gradients(returned)
        return WrittenOf(
            base,
            params[1:] if vjp else params,
            () if vjp else (Signature.of(node.args),),
            lines[:last],
            self._value(output, scope),
            upstream,
            None,
            lines[last:],
            blocks,
            tuple(self._value(g, scope) for g in gradients),
            tuple(_name(g, scope) for g in gradients),
            single,
            node.body[-1].lineno,
            None,
        )

    def _inner(self, node: ast.FunctionDef) -> Scope:
        if node.name not in self.scope.functions:
            raise Unsupported(f"`{node.name}` is decorated or bound again", node)
        return self.scope.local(node.body, _params(node))

    def _line(self, node: ast.stmt, scope: Scope) -> LineOf[C]:
        number = stage_number(self._lines.after(node)) or 0
        code = self._compiled([node], scope)
        if number:
            code = code.single()
        return LineOf(number, node.lineno, self._lines.text(node), code)

    def _value(self, node: ast.expr, scope: Scope) -> C:
        return self._compiled([ast.Return(value=node)], scope)

    def _body(
        self, node: ast.FunctionDef, scope: Scope
    ) -> tuple[tuple[LineOf[C], ...], tuple[BlockOf[C], ...]]:
        """The lines before the first block, and the blocks."""
        lines: list[LineOf[C]] = []
        blocks: list[tuple[int, int, list[LineOf[C]]]] = []
        above = node.lineno
        for statement in node.body:
            # between two statements there is nothing but comments and blank lines
            for at in range(above + 1, statement.lineno):
                number = stage_number(self._lines.at(at))
                if number is not None:
                    blocks.append((number, at, []))
            above = statement.end_lineno or above
            if statement is not node.body[-1] and _has_effect(statement, scope):
                current = blocks[-1][2] if blocks else lines
                current.append(self._line(statement, scope))
        return tuple(lines), tuple(BlockOf(n, at, tuple(b)) for n, at, b in blocks)


def stage_number(comment: str) -> int | None:
    """The n of a comment `# (n) ...`."""
    before, opening, rest = comment.partition("(")
    digits, closing, _ = rest.partition(")")
    numbered = before.strip() == "#" and opening and closing and digits.isascii()
    return int(digits) if numbered and digits.isdigit() else None


def _has_effect(node: ast.stmt, scope: Scope) -> bool:
    return not (isinstance(node, ast.Expr) and scope.ignores(node.value))


def _params(node: ast.FunctionDef) -> tuple[str, ...]:
    if node.args.vararg or node.args.kwarg:
        raise Unsupported("`*` and `**` parameters are not supported", node)
    return Signature.of(node.args).names


def _returned(node: ast.FunctionDef) -> ast.expr:
    last = node.body[-1]
    if isinstance(last, ast.Return) and last.value is not None:
        return last.value
    raise Unsupported(f"`{node.name}` does not end with `return`", last)


def _pair(node: ast.FunctionDef) -> tuple[ast.expr, ast.expr]:
    match _returned(node):
        case ast.Tuple(elts=[first, second]):
            return first, second
    raise Unsupported(f"`{node.name}` does not return two values", node)


def _gradients(returned: ast.expr) -> tuple[list[ast.expr], bool]:
    if isinstance(returned, ast.Tuple):
        return returned.elts, False
    return [returned], True


def _compiled(nodes: list[ast.stmt], scope: Scope) -> Code:
    return compile_code(nodes, scope)


def _name(node: ast.expr, scope: Scope) -> str | None:
    """The name that a gradient is returned by, bare or as a tuple or list."""
    match node:
        case ast.Call(func=ast.Name(id="tuple" | "list" as kind), args=[inner]):
            return _name(inner, scope) if kind in scope.builtins else None
        case ast.Name(id=name):
            return name
    return None
