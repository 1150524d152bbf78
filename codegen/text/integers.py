"""What of a program has to be an integer, told by how Python uses it.

    def f(x, conv):
        n = 1 + (len(x) - 3) // conv["stride"]
        for i in range(n):
            ...

`range` takes integers, so `n` is one; a sum, product or quotient of numbers is an
integer only if all of them are, so `conv["stride"]` is one, too. That is how Python
works and says nothing about derivatives: generator and verifier read it here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

# A variable, or an item of one under constant keys: `("conv", "stride")`.
Path = tuple[str | int, ...]

# Callees of NumPy's whose first argument is a shape, and those that take one length.
_OF_SHAPES = frozenset("zeros ones empty full".split())
_OF_LENGTHS = frozenset("eye identity tri".split())
# Arguments that are an integer or several: by function its place.
_OF_PLACES = {
    "repeat": 1,
    "split": 1,
    "array_split": 1,
    "tile": 1,
    "take": 1,
    "take_along_axis": 1,
    "put": 1,
    "put_along_axis": 1,
    "roll": 1,
    "moveaxis": 1,
}
_KEYWORDS = frozenset("axis axis1 axis2 n k offset decimals repeats shift ddof".split())
_WHOLE = (
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.FloorDiv,
    ast.Mod,
    ast.LShift,
    ast.RShift,
    ast.Pow,
)


@dataclass(frozen=True)
class Integers:
    """What has to be an integer, and what has to be one if it is a number.

    An index is an integer, or an array of them: `places` says which variables that is
    of, for those of which something else says that they are numbers. Where an element
    of an array is one, as `t[i]` in `p[t[i]]`, `elements` has it with its rank.
    """

    certain: frozenset[Path] = frozenset()
    places: frozenset[Path] = frozenset()
    elements: frozenset[tuple[str, int]] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """The variables that are integers."""
        return frozenset(str(path[0]) for path in self.certain if len(path) == 1)


@dataclass
class _Scope:
    """What the statements of one function say, not those of functions in it."""

    bound: dict[str, list[ast.expr | None]] = field(default_factory=dict)
    certain: list[ast.expr] = field(default_factory=list)
    places: list[ast.expr] = field(default_factory=list)
    inner: list[ast.FunctionDef | ast.Lambda] = field(default_factory=list)
    counters: set[str] = field(default_factory=set)


@dataclass
class Callees:
    """The functions of a file that others may call: what they take as integers are
    integers. Each is read once; while one is, nothing is known of it."""

    definitions: Mapping[str, ast.FunctionDef]
    _read: dict[str, Integers] = field(default_factory=dict)

    @staticmethod
    def of(tree: ast.Module) -> Callees:
        """Those at the top of a file."""
        nodes = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        return Callees({node.name: node for node in nodes})

    def taken(self, name: str) -> Integers:
        """What a function takes as integers."""
        if name not in self._read:
            self._read[name] = Integers()
            self._read[name] = integers(self.definitions[name], self)
        return self._read[name]


def integers(node: ast.AST, functions: Callees) -> Integers:
    """What has to be an integer in a function, or at the top of a file."""
    scope = _Scope()
    pending = [*ast.iter_child_nodes(node)]
    while pending:
        part = pending.pop()
        if isinstance(part, ast.FunctionDef | ast.Lambda):
            scope.inner.append(part)
            continue
        _bindings(part, scope)
        _uses(part, scope)
        if isinstance(part, ast.Call):
            _handed_on(part, scope, functions)
        pending += ast.iter_child_nodes(part)
    given = frozenset(_parameters(node))
    # what a parameter is bound to later says nothing of what it was before
    followed = {name: v for name, v in scope.bound.items() if name not in given}
    certain = _followed(scope.certain, followed)
    places = _followed(scope.places, followed, items=True)
    elements = {
        found
        for place in scope.places
        for found in _elements(place, scope.counters)
        if found[0] not in scope.bound
    }
    for inner in scope.inner:
        found, own = integers(inner, functions), _own_names(inner)
        certain |= {path for path in found.certain if path[0] not in own}
        places |= {path for path in found.places if path[0] not in own}
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        certain = {path for path in certain if _stays(path, scope.bound)}
        places = {path for path in places if _stays(path, scope.bound)}
    return Integers(frozenset(certain), frozenset(places), frozenset(elements))


def _elements(place: ast.expr, counters: set[str]) -> Iterator[tuple[str, int]]:
    """The array of which a place is one element, `t` of `t[i]`, and its rank."""
    match place:
        case ast.Subscript(value=ast.Name(id=name), slice=index):
            parts = index.elts if isinstance(index, ast.Tuple) else [index]
            if all(isinstance(p, ast.Name) and p.id in counters for p in parts):
                yield name, len(parts)


def _bindings(node: ast.AST, scope: _Scope) -> None:
    """Note what a statement binds names to; None for what cannot be told."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            scope.bound.setdefault(name, []).append(value)
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            for target, value in zip(names, values, strict=False):
                if isinstance(target, ast.Name):
                    scope.bound.setdefault(target.id, []).append(value)
        case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
            again = ast.BinOp(ast.Name(name, ast.Load()), op, value)
            scope.bound.setdefault(name, []).append(again)
        case ast.Assign(targets=targets):
            _unknown(targets, scope)
        case ast.For(
            target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"))
        ):
            scope.counters.add(name)
            _unknown([node.target], scope)
        case (
            ast.For(target=target)
            | ast.comprehension(target=target)
            | ast.NamedExpr(target=target)
        ):
            _unknown([target], scope)


def _unknown(targets: list[ast.expr], scope: _Scope) -> None:
    for target in targets:
        for part in ast.walk(target):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                scope.bound.setdefault(part.id, []).append(None)


def _uses(node: ast.AST, scope: _Scope) -> None:
    """Note the expressions in a node that are integers."""
    match node:
        case ast.Call(func=ast.Name(id="range"), args=args):
            scope.certain += args
        case ast.Slice(lower=lower, upper=upper, step=step):
            scope.certain += [part for part in (lower, upper, step) if part]
        case ast.Subscript(slice=ast.Tuple(elts=parts)):
            scope.places += parts
        case ast.Subscript(slice=part):
            scope.places.append(part)
        case ast.BinOp(left=ast.List(), op=ast.Mult(), right=count):
            scope.certain.append(count)
        case ast.Call(func=ast.Attribute(attr=name), args=args, keywords=keywords):
            scope.certain += _lengths(name, args)
            scope.places += args[_OF_PLACES.get(name, len(args)) :][:1]
            scope.places += [k.value for k in keywords if k.arg in _KEYWORDS]


def _lengths(name: str, args: list[ast.expr]) -> list[ast.expr]:
    """The arguments that are lengths of axes."""
    if name in _OF_LENGTHS:
        return args[:1]
    if name in _OF_SHAPES or (name == "reshape" and len(args) == 1):
        args = args[:1]
    elif name != "reshape":
        return []
    parts = [part for part in args if isinstance(part, ast.Tuple | ast.List)]
    lengths = [item for part in parts for item in part.elts]
    # several arguments are one length each, but for the array of `np.reshape`
    return lengths or (args if name == "reshape" and len(args) > 1 else [])


def _handed_on(node: ast.Call, scope: _Scope, functions: Callees) -> None:
    """Note the arguments that a function of the program takes as integers."""
    called = node.func.id if isinstance(node.func, ast.Name) else ""
    callee = functions.definitions.get(called)
    if callee is None or any(isinstance(arg, ast.Starred) for arg in node.args):
        return
    found = functions.taken(called)
    names = [a.arg for a in (*callee.args.posonlyargs, *callee.args.args)]
    given = [*zip(names, node.args, strict=False)]
    given += [(k.arg, k.value) for k in node.keywords if k.arg]
    scope.certain += [value for name, value in given if (name,) in found.certain]
    scope.places += [value for name, value in given if (name,) in found.places]


def _followed(
    demanded: list[ast.expr],
    bound: Mapping[str, list[ast.expr | None]],
    items: bool = False,
) -> set[Path]:
    """What integers are made of, back through names that are bound once, and changed
    at most by what is an integer only if they were (`k -= 1`).

    Args:
        items: whether arrays of them count too, so that `k` in `x[k[:, None]]` is one.
    """
    found: set[Path] = set()
    pending = [*demanded]
    while pending:
        node = pending.pop()
        match node:
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _WHOLE):
                pending += [left, right]
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                pending.append(operand)
            case ast.IfExp(body=body, orelse=orelse):
                pending += [body, orelse]
            case ast.Call(func=ast.Name(id="min" | "max"), args=[_, _, *_] as args):
                pending += args
            case _:
                path = _path(node)
                if path is None and items and isinstance(node, ast.Subscript):
                    pending.append(node.value)
                if path is None or path in found:
                    continue
                found.add(path)
                name = str(path[0])
                values = [v for v in bound.get(name, []) if not _changes(v, name)]
                if len(path) == 1 and len(values) == 1 and values[0] is not None:
                    pending.append(values[0])
    return found


def _changes(value: ast.expr | None, name: str) -> bool:
    """Whether a name is bound to what it stood for, changed: `k - 1`."""
    match value:
        case ast.Name(id=read):
            return read == name
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _WHOLE):
            return _changes(left, name) or _changes(right, name)
        case _:
            return False


def _path(node: ast.expr) -> Path | None:
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Subscript(value=base, slice=ast.Constant(value=str() as key)):
            inner = _path(base)
            return None if inner is None else (*inner, key)
        case _:
            return None


def _stays(path: Path, bound: Mapping[str, list[ast.expr | None]]) -> bool:
    """Whether what a variable stands for at first is used so: it is bound again, if at
    all, to what is made of it."""
    name = path[0]
    return all(
        value is not None
        and any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(value))
        for value in bound.get(str(name), [])
    )


def _parameters(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        args = node.args
        yield from (a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs))


def _own_names(node: ast.FunctionDef | ast.Lambda) -> frozenset[str]:
    """The names that a function in another one has for itself."""
    stored: Iterator[str] = (
        n.id
        for n in ast.walk(node)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    )
    return frozenset({*_parameters(node), *stored})
