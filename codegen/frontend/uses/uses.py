"""What the body of a function tells of parameters of which nothing is stated."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ...ir.joining import any_shape
from ...ir.types import Array, Items, List, Number, Tree, Type, Unknown
from ...text.items import taken_whole
from ..syntax.walking import walk
from .dicts import changed_in, dict_types, under_texts
from .itemwise import Callee
from .ranks import at_entry_of

# calls that give the items of their arguments, and those that only look
_SOURCES = frozenset({"zip", "enumerate", "reversed"})
_LOOKS = frozenset({"len", "range"})


_KeyPath = tuple[str | int, ...]


def used_types(node: ast.FunctionDef, arrays: bool, callee: Callee) -> dict[str, Type]:
    """The types that the use in the body suggests, by parameter.

    Args:
        arrays: whether the file computes with NumPy.
        callee: functions that are called as such; what they read of what they are
            given is used here, too.
    """
    used = dict(_only_measured(node) if arrays else _used_as_items(node))
    if not arrays:
        used |= {name: List(Number(), given="list") for name in _chosen_from(node)}
    uses = _uses_by_key(node, arrays, callee)
    used |= {n: k for n, k in uses.items() if arrays or isinstance(k, Tree)}
    used |= _Places.of(node).types(arrays)
    return used | dict_types(node, arrays)


def _only_measured(node: ast.FunctionDef) -> Iterator[tuple[str, Type]]:
    """Names of which nothing is read but `len(x)`: lists of anything, or arrays."""
    measured: dict[str, int] = {}
    read: dict[str, int] = {}
    for statement in node.body:
        for inner in walk(statement):
            match inner:
                case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
                    measured[name] = measured.get(name, 0) + 1
                case ast.Name(id=name):
                    read[name] = read.get(name, 0) + 1
    for name, count in measured.items():
        if count == read[name]:
            yield name, List(any_shape(Array(Unknown(name), "any")), given="any")


def _used_as_items(node: ast.FunctionDef) -> Iterator[tuple[str, Type]]:
    """Names that the body indexes, unpacks or sums before it binds them."""
    unknown = Items("list", None)
    for inner in walk(node):
        match inner:
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Load()):
                yield name, unknown
            case ast.Assign(
                targets=[ast.Tuple() | ast.List()], value=ast.Name(id=name)
            ):
                yield name, unknown
            case ast.For(iter=over) | ast.comprehension(iter=over):
                for name in _gone_over(over):
                    yield name, unknown
            case ast.Call(func=ast.Name(id=f) | ast.Attribute(attr=f), args=args):
                for arg in taken_whole(f, args):
                    if isinstance(arg, ast.Name):
                        yield arg.id, unknown
            case _:
                pass


def _chosen_from(node: ast.FunctionDef) -> Iterator[str]:
    """The names of lists of which the largest item is taken, or the smallest."""
    for inner in walk(node):
        match inner:
            case ast.Call(func=ast.Name(id="max" | "min"), args=[ast.Name(id=name)]):
                yield name


def _gone_over(node: ast.expr) -> Iterator[str]:
    """The names whose items a loop goes over."""
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Call(func=ast.Name(id=called), args=args) if called in _SOURCES:
            for arg in args:
                yield from _gone_over(arg)


def _uses_by_key(
    node: ast.FunctionDef, arrays: bool, callee: Callee
) -> dict[str, Type]:
    """How the body of a function reads its parameters: as a dict or list of arrays, or
    of numbers in a file without arrays (`params["W1"]`, `layers[0]["W"]`), else as an
    array."""
    trees, whole = _key_paths(node, callee, frozenset())
    found: dict[str, Type] = {n: Array(Unknown(n), "any") for n in whole}
    for name, paths in trees.items():
        found[name] = _tree(name, list(paths), arrays)
    return found


def _key_paths(
    node: ast.FunctionDef, callee: Callee, active: frozenset[int]
) -> tuple[dict[str, dict[_KeyPath, None]], set[str]]:
    """The keys that a function and those that it calls read of its variables, and the
    variables that are indexed in any other way.

    Args:
        active: the functions, by identity, that are looked at already.
    """
    trees: dict[str, dict[_KeyPath, None]] = {}
    whole: set[str] = set()
    active |= {id(node)}
    parts = [*walk(node)]
    names = _named_items(parts)
    inner = {id(n.value) for n in parts if isinstance(n, ast.Subscript)}
    for part in parts:
        if isinstance(part, ast.Subscript) and id(part) not in inner:
            name, keys = _keys(part, names)
            if name and keys and any(isinstance(key, str) for key in keys):
                last = max(i for i, key in enumerate(keys) if isinstance(key, str))
                trees.setdefault(name, {})[tuple(keys[: last + 1])] = None
            elif name:
                whole.add(name)
        if not (isinstance(part, ast.Call) and isinstance(part.func, ast.Name)):
            continue
        called = callee(part.func.id)
        if called is None or id(called) in active:
            continue
        below, _ = _key_paths(called, callee, active)
        for param, arg in _given(part, called):
            name, keys = _keys(arg, names)
            for path in below.get(param, ()) if name else ():
                trees.setdefault(name, {})[(*keys, *path)] = None
    return trees, whole


def _named_items(parts: Sequence[ast.AST]) -> dict[str, ast.expr]:
    """Names that are bound once, to an item of something or to what has a name:
    `p = params["enc"]`."""
    stored: dict[str, int] = {}
    found: dict[str, ast.expr] = {}
    for part in parts:
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            stored[part.id] = stored.get(part.id, 0) + 1
        match part:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Subscript() | ast.Name() as value
            ):
                found[name] = value
    return {name: value for name, value in found.items() if stored[name] == 1}


def _given(call: ast.Call, called: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    """The parameters of a function with what a call gives them, as far as it is said
    one by one."""
    words = [a.arg for a in (*called.args.posonlyargs, *called.args.args)]
    for word, arg in zip(words, call.args, strict=False):
        if isinstance(arg, ast.Starred):
            break
        yield word, arg
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value


def _keys(node: ast.expr, names: Mapping[str, ast.expr]) -> tuple[str, list[str | int]]:
    """The name and the constant keys of `params["W1"]`; no keys for any other index.

    Args:
        names: the names that stand for what has keys itself.
    """
    keys: list[str | int] = []
    seen: set[str] = set()
    while True:
        match node:
            case ast.Subscript(
                value=base, slice=ast.Constant(value=str() | int() as k)
            ):
                keys.insert(0, k)
                node = base
            case ast.Subscript(value=base):
                keys.clear()
                node = base
            case ast.Name(id=name) if name in names and name not in seen:
                seen.add(name)
                node = names[name]
            case _:
                break
    return (node.id if isinstance(node, ast.Name) else ""), keys


def _tree(path: str, keys: list[_KeyPath], arrays: bool) -> Type:
    if keys == [()]:
        return Array(Unknown(path), "any") if arrays else Number()
    below: dict[str | int, list[_KeyPath]] = {}
    for first, *rest in (k for k in keys if k):
        below.setdefault(first, []).append(tuple(rest))
    kind = "dict" if any(isinstance(key, str) for key in below) else "list"
    ordered = sorted(below, key=str) if kind == "list" else list(below)
    items = {key: _tree(f"{path}[{key!r}]", below[key], arrays) for key in ordered}
    return Tree(kind, items, open=True)


# -- places of elements, in lists of lists


@dataclass(frozen=True)
class _Part:
    """What is so many levels below a parameter: `nbrs[i]` is one level below `nbrs`."""

    root: str
    depth: int


@dataclass
class _Places:
    """Parameters whose items say which elements of something else are meant.

        for i in range(n):
            for j in nbrs[i]:      # nbrs[i][k] is an index: nbrs is a list of lists
                s += v[j]          # of integers

    Attributes:
        names: what the names stand for, as far as they stand for parts of parameters.
        ints: by parameter, how deep the items are that are used as indices.
        rows: by parameter, the lengths of the tuples that it holds, by their depth.
        keyed: parameters that are read by what a loop over them takes: `p[k]`.
        changed: variables of which items are changed.
        bounds: parameters whose items are bounds of `range`, which are single integers.
        measured: parameters of which a shape is read: arrays.
        understood: the names, by identity, that are used as such a list may be.
    """

    names: dict[str, _Part]
    ints: dict[str, int] = field(default_factory=dict)
    rows: dict[str, dict[int, int]] = field(default_factory=dict)
    keyed: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    bounds: set[str] = field(default_factory=set)
    measured: set[str] = field(default_factory=set)
    understood: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, node: ast.FunctionDef) -> _Places:
        arguments = node.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        found = cls({a.arg: _Part(a.arg, 0) for a in every})
        nodes = [inner for statement in node.body for inner in walk(statement)]
        if not any(isinstance(inner, ast.Subscript) for inner in nodes):
            return found
        for _ in range(2):  # in loops names are read before the text binds them
            for inner in nodes:
                found._take(inner)
        for inner in nodes:
            found._drop_other(inner)
        found.changed = changed_in(nodes)
        return found

    def types(self, arrays: bool) -> dict[str, Type]:
        """A list of integers, of lists of them, or of tuples of them; where arrays are
        about, one level may as well be an array."""
        found: dict[str, Type] = {
            name: Tree("dict", {}, open=True)
            if name in self.changed
            else under_texts(name, arrays)
            for name in self.keyed
        }
        for name, depth in self.ints.items():
            rows = self.rows.get(name, {})
            if arrays and depth == 1 and not rows:
                shape = at_entry_of(name, 1) if name in self.bounds else Unknown(name)
                found[name] = Array(shape, "int")
            elif name not in self.measured:
                found[name] = _nested(depth, rows)
        return found

    def _take(self, node: ast.AST) -> None:
        match node:
            case ast.For(target=target, iter=over):
                self._bind(target, self._items(over))
            case (
                ast.ListComp(generators=generators)
                | ast.SetComp(generators=generators)
                | ast.GeneratorExp(generators=generators)
                | ast.DictComp(generators=generators)
            ):
                # they bind what stands in front of them
                for one in generators:
                    self._bind(one.target, self._items(one.iter))
            case ast.Assign(targets=[target], value=value):
                self._bind(target, self._part(value))
            case ast.Subscript(value=base, slice=index):
                whole = self._found(base)
                if whole is not None and self._is_key(whole, index):
                    self.keyed.add(whole.root)
                else:
                    self._note(index)
            case ast.Call(func=ast.Name(id=called), args=args) if called in _LOOKS:
                for arg in args:
                    part = self._part(arg)
                    if part is not None and called == "range":
                        self._note(arg)
                        self.bounds |= {part.root} if part.depth == 1 else set()

    def _is_key(self, whole: _Part, index: ast.expr) -> bool:
        """Whether this is `p[k]` with `k` from `p` itself, as keys of dicts are."""
        is_name = isinstance(index, ast.Name) and not whole.depth
        return is_name and self._found(index) == _Part(whole.root, 1)

    def _part(self, node: ast.expr) -> _Part | None:
        """The part of a parameter that an expression is, where it is used as a list."""
        found = self._found(node)
        while found is not None and isinstance(node, ast.Subscript):
            node = node.value
        if found is not None:
            self.understood.add(id(node))
        return found

    def _found(self, node: ast.expr) -> _Part | None:
        """The part of a parameter that an expression is."""
        match node:
            case ast.Name(id=name):
                return self.names.get(name)
            case ast.Subscript(value=base, slice=index):
                part = self._found(base)
                if part is None or isinstance(index, ast.Slice | ast.Tuple):
                    return None
                return _Part(part.root, part.depth + 1)
            case _:
                return None

    def _items(self, over: ast.expr) -> list[_Part | None] | _Part | None:
        """What a loop over an expression takes: one item, or several at a time."""
        match over:
            case ast.Call(func=ast.Name(id="zip"), args=args):
                return [self._one(self._items(arg)) for arg in args]
            case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]):
                return [None, self._one(self._items(inner))]
            case ast.Call(func=ast.Name(id="reversed"), args=[inner]):
                return self._items(inner)
        part = self._part(over)
        return None if part is None else _Part(part.root, part.depth + 1)

    def _one(self, items: list[_Part | None] | _Part | None) -> _Part | None:
        return items if isinstance(items, _Part) else None

    def _bind(self, target: ast.expr, found: list[_Part | None] | _Part | None) -> None:
        match target, found:
            case ast.Tuple(elts=targets), list(parts) if len(targets) == len(parts):
                for one, part in zip(targets, parts, strict=True):
                    self._bind(one, part)
            case ast.Tuple(elts=targets), _Part(root, depth):
                self.rows.setdefault(root, {})[depth] = len(targets)
                for one in targets:
                    self._bind(one, _Part(root, depth + 1))
            case ast.Name(id=name), _Part():
                self.names.setdefault(name, found)
            case _:
                pass

    def _note(self, index: ast.expr) -> None:
        """What stands in an index is an integer."""
        parts = [index]
        while parts:
            node = parts.pop()
            match node:
                case ast.Name() | ast.Subscript():
                    part = self._found(node)
                    if part is not None and part.depth:
                        known = self.ints.setdefault(part.root, part.depth)
                        self.ints[part.root] = max(known, part.depth)
                case ast.Tuple(elts=items):
                    parts += items
                case ast.BinOp(left=left, right=right):
                    parts += [left, right]
                case ast.UnaryOp(operand=operand):
                    parts.append(operand)

    def _drop_other(self, node: ast.AST) -> None:
        """Forget a parameter of which something is done that is not done with lists of
        integers."""
        match node:
            case ast.Call(func=ast.Name(id="len"), args=[arg]):
                self._part(arg)
            case ast.Attribute(value=ast.Name(id=name) as whole, attr="shape" | "size"):
                self.measured.add(name)
                self._part(whole)
            case ast.For(iter=over) | ast.comprehension(iter=over):
                self._items(over)
            case ast.Subscript(ctx=ast.Load()):
                self._part(node)
            case ast.Name(id=name) if name in self.names:
                part = self.names[name]
                above = part.depth < self.ints.get(part.root, 0)
                stored = not isinstance(node.ctx, ast.Load) and part.depth == 0
                if stored or (above and not self._is_understood(node)):
                    self.ints.pop(part.root, None)

    def _is_understood(self, node: ast.Name) -> bool:
        return id(node) in self.understood or not isinstance(node.ctx, ast.Load)


def _nested(depth: int, rows: dict[int, int]) -> Type:
    """Lists of integers in lists, so many levels deep."""
    found: Type = Number("int")
    for level in reversed(range(depth)):
        if level in rows:
            found = Items("tuple", rows[level], element="int")
        elif isinstance(found, Number):
            found = Items("list", None, element="int")
        else:
            found = List(found)
    return found
