"""Both texts as the verifier of array programs reads them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePath
from typing import Any

import numpy as np

from ...text.integers import Callees, integers
from ...text.settled import Definitions, defaults as constant_defaults
from ..programs.written import (
    BlockOf,
    LineOf,
    Reader as ModuleReader,
    WrittenOf,
    foreign_imports,
    helpers_in,
)
from ..running.domains import Domain, Failure
from ..running.numeric import FloatDomain
from ..running.roots import Draws
from ..texts.numbering import Lines, Reader, StageOf, Version
from ..texts.scope import Scope, Unsupported
from ..texts.signature import Signature
from .evaluator import Evaluator
from .inputs import (
    ANY_TEXT,
    Input,
    Leaf,
    Spec,
    annotated,
    by_default,
    indices_in,
    merged,
    with_integers,
    with_items,
)
from .names import Names, names_of
from .shaping import Shaping
from .structure import Structures
from .texts import texts_in, with_texts
from .tree import Tree
from .values import Kind, Path, kind_of

_TEXT = Leaf((), choices=(ANY_TEXT,))

Stage = StageOf[Tree]
Line = LineOf[Tree]
Block = BlockOf[Tree]
Written = WrittenOf[Tree]


@dataclass(frozen=True)
class Program:
    """A function of the source, or a script as one.

    `called` are the shapes with which the rest of its file calls it; `draws` has by
    shapes and seed which inputs to draw again so that all roots exist, None where
    that was not found.
    """

    name: str
    signature: Signature
    inputs: tuple[Input, ...]
    stages: tuple[Stage, ...]
    versions: tuple[Version, ...]
    output: Any
    names: Names
    # the statements of a program that is run as a whole; it has no stages then
    body: tuple[ast.stmt, ...] = ()
    called: tuple[Shaping, ...] = field(default=(), kw_only=True)
    draws: dict[tuple[str, int], list[Draws | None]] = field(
        default_factory=dict, compare=False, kw_only=True
    )

    @property
    def statements(self) -> tuple[ast.stmt, ...]:
        """All statements, those inside of others not listed again."""
        return self.body or tuple(
            node for stage in self.stages for node in stage.code.statements
        )

    @cached_property
    def by_number(self) -> Mapping[int, Stage]:
        """The stages that bind something, by their number."""
        return {stage.number: stage for stage in self.stages if stage.number}

    def evaluator(self, domain: Domain[Any]) -> Evaluator:
        """What runs it."""
        return Evaluator(domain, self.names)


@dataclass(frozen=True)
class Module:
    """A written module; `names` is what its functions see around them."""

    functions: Mapping[str, Written | Unsupported]
    nodes: Mapping[str, ast.FunctionDef]
    names: Names
    foreign_imports: tuple[tuple[str, int], ...]
    _inner: dict[str, Names] = field(default_factory=dict)

    def names_in(self, *candidates: str) -> Names:
        """What the first of these functions that there is sees around its variables."""
        name = next(name for name in candidates if name in self.nodes)
        if name not in self._inner:
            node = self.nodes[name]
            parameters = Signature.of(node.args).names
            self._inner[name] = self.names.local(node.body, parameters)
        return self._inner[name]

    def forward(self, base: str) -> Names:
        """What the forward pass of a function sees around it."""
        return self.names_in(base + "_forward", base + "_vjp", base + "_value_and_grad")

    def backward(self, base: str) -> Names:
        """What the backward pass of a function sees around it."""
        last = base + "_value_and_grad"
        return self.names_in(base + "_backward", base + "_vjp", last)


def _compiled(nodes: list[ast.stmt], scope: Scope) -> Tree:
    return Tree(tuple(nodes))


def read_program(
    tree: ast.Module,
    text: str,
    filename: str,
    base: str,
    params: Sequence[str],
    shapes: Mapping[str, Any],
) -> Program:
    """A function of the source by its name; a script is one, named by its file, with
    the inputs `params`.

    Raises `Unsupported` where the source cannot be followed, or has no such function.
    """
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    lines = Lines(text)
    if not functions:
        name = PurePath(filename).stem
        return _script(name, tree, text, lines, params, shapes)
    if base not in functions:
        raise LookupError(f"the source has no function `{base}`")
    scope = Scope.of(tree, text)
    node = functions[base]
    if base not in scope.functions:
        raise Unsupported(f"`{base}` is decorated or bound again", node)
    signature = Signature.of(node.args)
    if node.args.vararg or node.args.kwarg:
        raise Unsupported("`*` and `**` parameters are not supported", node)
    reader = Reader(
        signature.names, scope.local(node.body, signature.names), lines, _compiled
    )
    output = reader.body(node.body)
    names = names_of(tree, text).local(node.body, signature.names)
    return Program(
        base,
        signature,
        inputs_of(node, tree, shapes),
        tuple(reader.stages),
        tuple(reader.versions),
        output,
        names,
    )


def inputs_of(
    node: ast.FunctionDef, tree: ast.Module, shapes: Mapping[str, Any]
) -> tuple[Input, ...]:
    """The parameters of a function of a file, with what is known of their shapes."""
    arguments = node.args
    whole = integers(node, Callees.of(tree))
    indices = indices_in(node.body) | {name for name, _ in whole.elements}
    counts = whole.names
    defaults = Signature.of(arguments).defaults
    settled = settled_defaults(node, tree)
    found = []
    texts, structures = texts_in(node, tree), Structures.of(tree)
    for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        spec = (
            annotated(arg.annotation)
            or with_items(structures.used(arg.arg, node.body), arg.annotation)
            or by_default(_default(arg, defaults, shapes), (arg.arg,) in whole.places)
            or (_TEXT if structures.is_text(arg.arg, node.body) else None)
        )
        kind = Kind.INT if arg.arg in indices | counts else Kind.FLOAT
        if arg.arg in settled:
            spec = Leaf((), choices=(settled[arg.arg],))
        spec = merged(arg.arg, spec or Leaf(kind=kind), shapes)
        if isinstance(spec, Leaf) and arg.arg in indices and not spec.choices:
            # whatever is stated of its shape, an index is an integer
            spec = replace(spec, kind=spec.kind if spec.kind is Kind.BOOL else kind)
        if isinstance(spec, Leaf) and arg.arg in counts and not spec.choices:
            spec = Leaf((), Kind.INT)
        spec = with_integers(spec, arg.arg, whole)
        found.append(Input(arg.arg, with_texts(spec, texts)))
    return tuple(found)


def settled_defaults(node: ast.FunctionDef, tree: ast.Module) -> dict[str, Any]:
    """The defaults of parameters that decide what is written: it is for these."""
    found = Definitions.of(tree).settled(node)
    constants = constant_defaults(node)
    return {n: ast.literal_eval(constants[n]) for n in found & constants.keys()}


def _default(
    arg: ast.arg, defaults: Mapping[str, ast.expr], shapes: Mapping[str, Any]
) -> ast.expr | None:
    """The default of a parameter; it is not None where a shape is stated."""
    default = defaults.get(arg.arg)
    nothing = isinstance(default, ast.Constant) and default.value is None
    return None if nothing and arg.arg in shapes else default


def _script(
    name: str,
    tree: ast.Module,
    text: str,
    lines: Lines,
    params: Sequence[str],
    shapes: Mapping[str, Any],
) -> Program:
    names = names_of(tree, text, script=True)
    inputs, body = script_inputs(tree, names, params, shapes)
    scope = Scope.of(tree, text)
    alone = Scope(opaque=scope.opaque, careful=scope.careful)
    reader = Reader(list(inputs), alone.local(tree.body, ()), lines, _compiled)
    output = reader.script(body)
    return Program(
        name,
        Signature(tuple(inputs)),
        tuple(inputs.values()),
        tuple(reader.stages),
        tuple(reader.versions),
        output,
        names,
    )


def script_inputs(
    tree: ast.Module, names: Names, params: Sequence[str], shapes: Mapping[str, Any]
) -> tuple[dict[str, Input], list[ast.stmt]]:
    """The inputs of a script by name, and the statements that follow from them.

    Raises `Unsupported` where an input is missing, or its value cannot be computed.
    """
    if names.opaque:
        raise Unsupported(f"names are not certain: {names.opaque}")
    evaluator = Evaluator(FloatDomain(), names)
    frame = evaluator.frame(names, {})
    inputs: dict[str, Input] = {}
    body: list[ast.stmt] = []
    for node in tree.body:
        bound = set(Tree((node,)).stores)
        if bound and bound <= set(params) - inputs.keys():
            try:
                evaluator.run([node], frame)
            except Failure as failure:
                raise Unsupported(f"an input cannot be computed: {failure}") from None
            for param in bound:
                spec = merged(param, _sampled(frame.env[param]), shapes)
                inputs[param] = Input(param, spec, frame.env[param])
        else:
            body.append(node)
    missing = [param for param in params if param not in inputs]
    if missing:
        raise Unsupported(f"the script has no input `{missing[0]}`")
    real = evaluator.arithmetic.literal
    for name in inputs.keys() - indices_in(body) - _counts_in(body):
        sample = _real(inputs[name].sample, real)
        spec = merged(name, _sampled(sample), shapes)
        inputs[name] = replace(inputs[name], spec=spec, sample=sample)
    return inputs, body


def _real(sample: Any, real: Callable[[float], Any]) -> Any:
    """A sample value with numbers in the place of integers: `x = 3` is any number."""
    match sample:
        case dict():
            return {key: _real(item, real) for key, item in sample.items()}
        case list() | tuple():
            return type(sample)(_real(item, real) for item in sample)
        case int() if not isinstance(sample, bool):
            return real(float(sample))
    return sample


def _counts_in(body: list[ast.stmt]) -> set[str]:
    """The variables that say how often, or where: `range(n)`, `x[k - 1]`."""
    found: list[ast.expr] = []
    for node in (n for statement in body for n in ast.walk(statement)):
        match node:
            case ast.Call(func=ast.Name(id="range"), args=args):
                found += args
            case ast.Subscript(slice=index):
                found.append(index)
    return {n.id for part in found for n in ast.walk(part) if isinstance(n, ast.Name)}


def _sampled(value: Any) -> Spec:
    match value:
        case dict():
            return {key: _sampled(item) for key, item in value.items()}
        case list() | tuple():
            return type(value)(map(_sampled, value))
        case bool() | str() | None:
            return Leaf((), choices=(value,))
    return Leaf(tuple(map(str, np.shape(value))), kind_of(value))


def read_module(tree: ast.Module, text: str) -> Module:
    """All functions of a written module."""
    nodes = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    reader = ModuleReader(nodes, Scope.of(tree, text), text, _compiled)
    names = names_of(tree, text)
    known = {
        name: Path(f"scipy.special.{function}")
        for name, function in helpers_in(tree, text).items()
    }
    return Module(
        reader.functions(),
        nodes,
        replace(names, meanings={**names.meanings, **known}),
        tuple(foreign_imports(tree)),
    )
