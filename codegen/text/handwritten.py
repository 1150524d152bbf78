"""Gradients that the user wrote for functions, as the syntax of a file has them.

    def clip(x):                            a function
        return np.clip(x, -1.0, 1.0)

    def clip_backward(dout, x):             its gradient, found by its name

    @backgen.rule(clip, verify=False)       or by what it is decorated with
    def straight_through(dout):

The generator and the verifier both read texts with this module: it says which parameter
takes what, and nothing of derivatives.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

FORWARD, BACKWARD = "_forward", "_backward"
# the attribute in which a function keeps what `backgen.rule` says of it
MARK = "__backgen_rule__"
_CACHE = "cache"
_OUTPUTS = frozenset({"out", "output"})
_DISCRETE = frozenset({"int", "bool", "str"})
CONVENTIONS = (
    "write `{name}_backward(dout, {params})`, or `{name}_forward({params})` that "
    "returns `(out, cache)` and `{name}_backward(dout, cache)`"
)


class NotUnderstood(Exception):
    """A gradient that is not written in one of the ways that are known."""

    def __init__(
        self, message: str, node: ast.stmt | ast.expr, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.node, self.hint = message, node, hint


@dataclass(frozen=True)
class Beside:
    """The functions that stand for the gradient of a function.

    Attributes:
        backward: returns the gradients.
        forward: returns the output and the cache; None where there is none.
        compared: whether it is meant to be the derivative, and so has to be.
    """

    backward: ast.FunctionDef
    forward: ast.FunctionDef | None = None
    compared: bool = True


@dataclass(frozen=True)
class HandWritten:
    """What the parameters of a backward pass take, and what it returns.

    Attributes:
        beside: the functions.
        params: of the function, in order.
        upstream: the parameter that takes the upstream gradient.
        cache: that for what the forward pass hands on.
        output: that for the output of the function.
        returned: the parameters of the function that something is returned for, in
            order.
        without: those of them that `None` is returned for.
    """

    beside: Beside
    params: tuple[str, ...]
    upstream: str
    cache: str | None
    output: str | None
    returned: tuple[str, ...]
    without: frozenset[str]

    @property
    def wanted(self) -> tuple[str, ...]:
        """The parameters whose gradients are returned, in order."""
        return tuple(name for name in self.returned if name not in self.without)

    @property
    def given(self) -> tuple[str, ...]:
        """The parameters of the backward pass but for upstream gradient and cache."""
        named = (self.upstream, self.cache)
        return tuple(n for n in _names(self.beside.backward) if n not in named)

    def arguments(
        self, upstream: object, cache: object, output: object, of: Mapping[str, object]
    ) -> dict[str, object]:
        """The arguments of the backward pass, by its parameters."""
        special = {self.upstream: upstream, self.cache: cache, self.output: output}
        names = _names(self.beside.backward)
        return {n: special[n] if n in special else of[n] for n in names}


def found_in(body: Iterable[ast.stmt]) -> dict[str, Beside]:
    """The gradients that the functions of a file have, by the functions' names.

    Raises:
        NotUnderstood: for a `backgen.rule` that is.
    """
    nodes = [*body]
    functions = {n.name: n for n in nodes if isinstance(n, ast.FunctionDef)}
    found = {
        name: Beside(functions[name + BACKWARD], functions.get(name + FORWARD))
        for name in functions
        if name + BACKWARD in functions
    }
    rules = RuleNames.of(nodes)
    for node in functions.values():
        for mark in node.decorator_list:
            if rules.are(mark):
                name, compared = _ruled(mark, functions)
                forward = functions.get(name + FORWARD)
                found[name] = Beside(node, forward, compared)
    return found


@dataclass(frozen=True)
class RuleNames:
    """What a file calls `backgen.rule`: the names of the module, and its own."""

    modules: frozenset[str]
    members: frozenset[str]

    @staticmethod
    def of(body: Iterable[ast.stmt]) -> RuleNames:
        """From the imports of a file."""
        modules: set[str] = set()
        members: set[str] = set()
        for node in body:
            match node:
                case ast.Import(names=names):
                    modules |= {
                        a.asname or a.name for a in names if a.name == "backgen"
                    }
                case ast.ImportFrom(module="backgen", level=0, names=names):
                    members |= {a.asname or a.name for a in names if a.name == "rule"}
        return RuleNames(frozenset(modules), frozenset(members))

    def are(self, mark: ast.expr) -> bool:
        """Whether a decorator is `backgen.rule`."""
        match mark.func if isinstance(mark, ast.Call) else mark:
            case ast.Attribute(value=ast.Name(id=name), attr="rule"):
                return name in self.modules
            case ast.Name(id=name):
                return name in self.members
            case _:
                return False


def _ruled(
    mark: ast.expr, functions: Mapping[str, ast.FunctionDef]
) -> tuple[str, bool]:
    """The function that a `backgen.rule` is for, and whether it is compared."""
    match mark:
        case ast.Call(args=[ast.Name(id=name)], keywords=keywords):
            pass
        case _:
            message = "`rule` takes the function whose gradient this is"
            raise NotUnderstood(message, mark, "write `@backgen.rule(f)`")
    if name not in functions:
        message = f"`{name}` is not a function of this file"
        raise NotUnderstood(message, mark, "put both functions into one file")
    match keywords:
        case []:
            return name, True
        case [ast.keyword(arg="verify", value=ast.Constant(value=bool(compared)))]:
            return name, compared
        case _:
            message = "`rule` takes `verify=True` or `verify=False` only"
            raise NotUnderstood(message, keywords[0].value)


def understood(function: ast.FunctionDef, beside: Beside) -> HandWritten:
    """How a gradient is called, and what it returns.

    Raises:
        NotUnderstood: where that is not certain.
    """
    backward, forward = beside.backward, beside.forward
    params = _names(function)
    for node in (function, backward, forward):
        if node is not None:
            _check_parameters(node)
    if forward is not None and _names(forward) != params:
        message = f"`{forward.name}` has other parameters than `{function.name}`"
        raise NotUnderstood(message, forward)
    others = [name for name in _names(backward) if name not in params]
    upstream, cache, output = _roles(function, beside, others)
    if cache is None and forward is not None:
        # `f_forward` is a function like any other then
        beside = replace(beside, forward=None)
    made = HandWritten(beside, tuple(params), upstream, cache, output, (), frozenset())
    return _with_returned(function, made)


def _check_parameters(node: ast.FunctionDef) -> None:
    arguments = node.args
    if arguments.vararg or arguments.kwarg:
        message = f"`{node.name}` takes `*` or `**`, which is not supported here"
        raise NotUnderstood(message, node)


def _roles(
    function: ast.FunctionDef, beside: Beside, others: list[str]
) -> tuple[str, str | None, str | None]:
    """Which parameters that are not the function's take upstream gradient, cache and
    output."""
    backward = beside.backward
    hint = CONVENTIONS.format(name=function.name, params=", ".join(_names(function)))
    match others:
        case [upstream]:
            return upstream, None, None
        case [_, _] if beside.forward is not None:
            cache = _CACHE if _CACHE in others else others[1]
            return next(n for n in others if n != cache), cache, None
        case [first, second]:
            known = {*_OUTPUTS, *_returned_names(function)}
            outputs = [name for name in (first, second) if name in known]
            if len(outputs) == 1:
                (output,) = outputs
                return (second if output == first else first), None, output
    if not others:
        message = f"`{backward.name}` takes no upstream gradient"
    else:
        listed = " and ".join(f"`{name}`" for name in others)
        message = f"it is not known what {listed} of `{backward.name}` stand for"
    raise NotUnderstood(message, backward, hint)


def _returned_names(function: ast.FunctionDef) -> Iterator[str]:
    for node in _returns(function):
        if isinstance(node.value, ast.Name):
            yield node.value.id


def _with_returned(function: ast.FunctionDef, made: HandWritten) -> HandWritten:
    """Which gradients a backward pass returns, in the order of the parameters."""
    backward = made.beside.backward
    every = [(node, _items(node)) for node in _returns(backward)]
    if not every or any(not items for _, items in every):
        raise NotUnderstood(f"`{backward.name}` returns nothing", backward)
    first, items = every[0]
    absent = [_is_none(item) for item in items]
    for node, others in every[1:]:
        if [_is_none(item) for item in others] != absent:
            message = f"`{backward.name}` does not always return the same gradients"
            raise NotUnderstood(message, node)
    params = list(made.params)
    if len(items) != len(params):
        params = [p for p in params if p not in _discrete(function)]
    if len(items) != len(params):
        listed = ", ".join(f"`{name}`" for name in params) or "none"
        count = len(items)
        message = f"`{backward.name}` returns {count} gradients; parameters: {listed}"
        hint = "return one for each, as a tuple; `None` for one that has no gradient"
        raise NotUnderstood(message, first, hint)
    if all(absent):
        raise NotUnderstood(f"`{backward.name}` returns no gradient", first)
    without = (name for name, none in zip(params, absent, strict=True) if none)
    return replace(made, returned=tuple(params), without=frozenset(without))


def with_gradients_only(node: ast.Return) -> ast.Return:
    """A `return` of a backward pass without what it has no gradient for."""
    items = [item for item in _items(node) if not _is_none(item)]
    value = items[0] if len(items) == 1 else ast.Tuple(items, ast.Load())
    assert node.value is not None
    return ast.copy_location(ast.Return(ast.copy_location(value, node.value)), node)


def _items(node: ast.Return) -> list[ast.expr]:
    match node.value:
        case ast.Tuple(elts=items):
            return items
        case None:
            return []
        case value:
            return [value]


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _returns(function: ast.FunctionDef) -> Iterator[ast.Return]:
    """The `return` statements of a function, without those of functions inside."""
    stack: list[ast.AST] = [*reversed(function.body)]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            stack += reversed([*ast.iter_child_nodes(node)])


def _names(node: ast.FunctionDef) -> list[str]:
    arguments = node.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return [argument.arg for argument in every]


def _discrete(function: ast.FunctionDef) -> set[str]:
    """The parameters that are said to be no real numbers."""
    arguments = function.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    found = set()
    for argument in every:
        match argument.annotation:
            case ast.Name(id=word) if word in _DISCRETE:
                found.add(argument.arg)
            case ast.Constant(value=str(text)) if text.split()[-1:] in (
                ["int"],
                ["bool"],
            ):
                found.add(argument.arg)
    return found
