"""The source as the verifier reads it: parameters, stages, output."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import PurePath
from typing import Any

from ..running.code import Code, Op
from ..running.compiler import compile_code
from ..running.domains import Domain, Failure
from ..running.machine import Machine, Value
from ..texts.bindings import names_bound
from ..texts.numbering import Lines, Reader, StageOf, Structure, Version
from ..texts.parameters import Parameter, literal_value, parameters_of
from ..texts.scope import Scope, Unsupported
from ..texts.signature import Signature

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
    pairs = [pair for target in targets for pair in _bindings(target, value)]
    samples = [(target, literal_value(part)) for target, part in pairs]
    if all(isinstance(t, ast.Name) and s is not None for t, s in samples):
        for target, sample in samples:
            assert isinstance(target, ast.Name)
            yield target.id, sample


def _bindings(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What is bound to what: of `a, b = 2.0, 3.0` each item."""
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(
            values
        ):
            yield from zip(targets, values, strict=True)
        case _:
            yield target, value
