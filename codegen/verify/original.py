"""The source as the verifier reads it: parameters, stages, output."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import PurePath
from typing import Any, Generic, Protocol, TypeVar

from .bindings import names_bound
from .code import Code, Op
from .compiler import compile_code
from .domains import Domain, Failure
from .machine import Machine, Value
from .parameters import Parameter, literal_value, parameters_of
from .scope import Scope, Unsupported
from .signature import Signature

# a version; or a tuple, list or dict of these
Structure = Any


@dataclass(frozen=True)
class Version:
    """A value of a variable: the stage that binds it (0: a parameter) and its name."""

    name: str
    stage: int


S = TypeVar("S")


class Uses(Protocol):
    """Statements of which it is known what they read and bind."""

    @property
    def loads(self) -> tuple[str, ...]: ...
    @property
    def stores(self) -> tuple[str, ...]: ...
    def single(self: S) -> S: ...


C = TypeVar("C", bound=Uses)
# from statements to what is interpreted
Compile = Callable[[list[ast.stmt], Scope], C]


@dataclass(frozen=True)
class StageOf(Generic[C]):
    """A stage, as a function from versions to versions (given by their index).

    Number 0 is a statement that binds nothing, such as an `assert`.
    """

    number: int
    line: int
    text: str
    code: C
    reads: Mapping[str, int]
    binds: Mapping[str, int]


Stage = StageOf[Code]


@dataclass(frozen=True)
class Constant:
    """A constant of the module; a variable of the same name may hide it."""

    name: str
    code: Code
    hidden: bool = False


@dataclass(frozen=True)
class Original:
    """A function, or a script as a function.

    `output` has versions at its leaves.
    """

    name: str
    signature: Signature
    parameters: tuple[Parameter, ...]
    stages: tuple[Stage, ...]
    versions: tuple[Version, ...]
    output: Structure
    constants: tuple[Constant, ...]

    @cached_property
    def by_number(self) -> Mapping[int, Stage]:
        """The stages that bind something, by their number."""
        return {stage.number: stage for stage in self.stages if stage.number}


class Lines:
    """The text of syntax tree nodes."""

    def __init__(self, text: str) -> None:
        # as the parser counts: only these end a line
        unix = text.replace("\r\n", "\n").replace("\r", "\n")
        self._lines = [line.encode() for line in unix.split("\n")]

    def text(self, node: ast.expr | ast.stmt) -> str:
        """The source of a node, on one line."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        rows = self._lines[node.lineno - 1 : node.end_lineno]
        rows[-1] = rows[-1][: node.end_col_offset]
        rows[0] = rows[0][node.col_offset :]
        return " ".join(row.decode().strip() for row in rows)

    def after(self, node: ast.stmt) -> str:
        """What follows a statement on its last line: a comment, or nothing."""
        assert node.end_lineno is not None
        return self._lines[node.end_lineno - 1][node.end_col_offset :].decode()

    def at(self, line: int) -> str:
        """A line."""
        return self._lines[line - 1].decode()


def read_originals(tree: ast.Module, text: str, filename: str) -> dict[str, Any]:
    """The functions of a source file by name; a script is one, named by its file.

    A value is an `Original`, or the `Unsupported` that says why it is not.
    """
    lines = Lines(text)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    scope = Scope.of(tree, text)
    if not functions:
        name = PurePath(filename).stem
        return {name: _attempt(lambda: _read_script(name, tree, scope, lines))}
    return {
        node.name: _attempt(partial(_read_function, node, tree, scope, lines))
        for node in functions
    }


def _attempt(read: Any) -> Any:
    try:
        return read()
    except Unsupported as reason:
        return reason


class Reader(Generic[C]):
    """Numbers the stages and versions of a straight-line program."""

    def __init__(
        self, names: Sequence[str], scope: Scope, lines: Lines, compiled: Compile[C]
    ) -> None:
        self.versions = [Version(name, 0) for name in names]
        self.current = {v.name: i for i, v in enumerate(self.versions)}
        self.stages: list[StageOf[C]] = []
        self._scope = scope
        self._lines = lines
        self._compiled = compiled
        self._number = 0

    def statement(self, node: ast.stmt) -> None:
        """Add a statement; nothing if it has no effect."""
        match node:
            case ast.Expr(value=value) if self._scope.ignores(value):
                return
            case ast.Pass() | ast.Import() | ast.ImportFrom():
                return
            case ast.AnnAssign(value=None):
                return
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.Expr():
                self.stage(node, node)
            case ast.Assert():
                self.stage(node, node)
            case _:
                kind = type(node).__name__
                raise Unsupported(f"statement not supported ({kind})", node)

    def stage(self, statement: ast.stmt, node: ast.stmt | ast.expr) -> None:
        """Add a statement as a stage; `node` is what stands in the text."""
        code = self._compiled([statement], self._scope).single()
        reads = {n: self.current[n] for n in code.loads if n in self.current}
        number = 0
        if code.stores:
            self._number += 1
            number = self._number
        binds = {}
        for name in code.stores:
            binds[name] = self.current[name] = len(self.versions)
            self.versions.append(Version(name, number))
        text = self._lines.text(node)
        self.stages.append(StageOf(number, node.lineno, text, code, reads, binds))

    def body(self, statements: Sequence[ast.stmt]) -> Structure:
        """Read a function's body; what it returns."""
        *others, last = statements
        for statement in others:
            self.statement(statement)
        if not isinstance(last, ast.Return) or last.value is None:
            raise Unsupported("the last statement is not `return` with a value", last)
        return self.output(last.value)

    def script(self, statements: Sequence[ast.stmt]) -> Structure:
        """Read the stages of a script; what the last one binds."""
        target: ast.expr | None = None
        for statement in statements:
            self.statement(statement)
            target = _output_target(statement) or target
        if target is None:
            raise Unsupported("there is no stage")
        return self.bound(target)

    def output(self, node: ast.expr) -> Structure:
        """Make stages of what is returned, in the order in which it is evaluated."""
        match node:
            case ast.Name(id=name) if name in self.current:
                return self.current[name]
            case ast.Tuple(elts=items):
                return tuple(self.output(item) for item in items)
            case ast.List(elts=items):
                return [self.output(item) for item in items]
            case ast.Dict(keys=keys, values=values):
                names = [k.value for k in keys if isinstance(k, ast.Constant)]
                return dict(zip(names, map(self.output, values), strict=True))
        # not a name that a program can have
        name = f"return {len(self.stages)}"
        target = ast.Name(id=name, ctx=ast.Store())
        assignment = ast.Assign(targets=[target], value=node)
        self.stage(assignment, node)
        return self.current[name]

    def bound(self, target: ast.expr) -> Structure:
        """The versions that the names of a target have now."""
        match target:
            case ast.Name(id=name):
                return self.current[name]
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return tuple(self.bound(item) for item in items)
        raise Unsupported("assignment to this is not supported", target)


def _compiled(nodes: list[ast.stmt], scope: Scope) -> Code:
    code = compile_code(nodes, scope)
    if any(op is Op.STORE_ITEM for op, _ in code.instructions):
        raise Unsupported("a list is changed in place", nodes[0])
    return code


def _finished(
    name: str,
    signature: Signature,
    parameters: Sequence[Parameter],
    reader: Reader[Code],
    output: Structure,
    constants: Sequence[Constant],
) -> Original:
    return Original(
        name,
        signature,
        tuple(parameters),
        tuple(reader.stages),
        tuple(reader.versions),
        output,
        tuple(constants),
    )


def flat(value: Any) -> list[Any]:
    """The leaves of a value, in order."""
    match value:
        case dict():
            return [leaf for item in value.values() for leaf in flat(item)]
        case list():
            return [leaf for item in value for leaf in flat(item)]
        case tuple() if type(value) is tuple:
            return [leaf for item in value for leaf in flat(item)]
    return [value]


def _read_function(
    node: ast.FunctionDef, tree: ast.Module, scope: Scope, lines: Lines
) -> Original:
    if node.name not in scope.functions:
        raise Unsupported(f"`{node.name}` is decorated or bound again", node)
    parameters = parameters_of(node)
    signature = Signature.of(node.args)
    inner = scope.local(node.body, signature.names)
    reader = Reader([p.name for p in parameters], inner, lines, _compiled)
    output = reader.body(node.body)
    constants = [
        replace(constant, hidden=constant.name in inner.hidden)
        for constant in read_constants(tree, scope)
    ]
    return _finished(node.name, signature, parameters, reader, output, constants)


def read_constants(tree: ast.Module, scope: Scope) -> list[Constant]:
    """The constants of a module with functions, those that can be followed."""
    constants: list[Constant] = []
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            try:
                code = compile_code([node], scope)
            except Unsupported:
                continue
            certain = scope.doubtful.isdisjoint(code.stores)
            constants.extend(Constant(n, code) for n in code.stores if certain)
    return constants


def constants_in(
    domain: Domain[Any], constants: Sequence[Constant]
) -> dict[str, Value]:
    """The module's constants in a domain, but for those that are hidden or fail."""
    env: dict[str, Value] = {}
    machine = Machine(domain)
    for constant in constants:
        try:
            machine.run(constant.code, env)
        except Failure:
            continue
    return {c.name: env[c.name] for c in constants if c.name in env and not c.hidden}


def _read_script(name: str, tree: ast.Module, scope: Scope, lines: Lines) -> Original:
    alone = Scope(opaque=scope.opaque, careful=scope.careful)
    samples, body = _script_inputs(tree, careful=scope.careful)
    parameters = [
        Parameter(
            name,
            len(sample) if isinstance(sample, list) else None,
            sample=tuple(sample) if isinstance(sample, list) else (sample,),
        )
        for name, sample in samples.items()
    ]
    inner = alone.local(tree.body, ())
    reader = Reader(list(samples), inner, lines, _compiled)
    output = reader.script(body)
    signature = Signature(tuple(samples))
    return _finished(name, signature, parameters, reader, output, ())


def _script_inputs(
    tree: ast.Module, *, careful: bool
) -> tuple[dict[str, Any], list[ast.stmt]]:
    """Sample values by name, and the statements that are not inputs."""
    samples: dict[str, Any] = {}
    seen: set[str] = set()
    body: list[ast.stmt] = []
    for node in tree.body:
        inputs = dict(_literal_bindings(node))
        names = names_bound(node, careful=careful)
        if inputs and not seen & names:
            samples.update(inputs)
        else:
            body.append(node)
        seen |= names
    return samples, body


def _literal_bindings(node: ast.stmt) -> Iterator[tuple[str, Any]]:
    targets: list[ast.expr]
    match node:
        case ast.Assign(targets=targets, value=value):
            pass
        case ast.AnnAssign(target=single, value=ast.expr() as value):
            targets = [single]
        case _:
            return
    sample = literal_value(value)
    for target in targets:
        if sample is not None and isinstance(target, ast.Name):
            yield target.id, sample


def _output_target(statement: ast.stmt) -> ast.expr | None:
    match statement:
        case ast.Assign(targets=[target, *_]):
            return target
        case ast.AugAssign(target=target):
            return target
        case ast.AnnAssign(target=target, value=ast.expr()):
            return target
    return None
