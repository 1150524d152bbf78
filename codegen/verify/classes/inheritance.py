"""Classes of the source with all that they have from base classes."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping

from ..texts.scope import Unsupported
from .functions import changed, own_name

# in front of the variables of a constructor of a base class
_HIDDEN = "_above_"
_NOTHING = frozenset({"object", "ABC", "abc.ABC", "NamedTuple", "typing.NamedTuple"})


def whole_class(node: ast.ClassDef, known: Mapping[str, ast.ClassDef]) -> ast.ClassDef:
    """A class in one piece: its own methods replace those of its base classes, whose
    `forward` is `_Base_forward` where `super().forward` is called.

    Raises `Unsupported` for base classes that the source does not have.
    """
    first, *others = _order(node, known)[::-1]
    if any(isinstance(n, ast.Name) and n.id == "super" for n in ast.walk(first)):
        first = _joined(first, ast.ClassDef("object", [], [], [], []))
    for one in others:
        first = _joined(one, first)
    return first


def _order(node: ast.ClassDef, known: Mapping[str, ast.ClassDef]) -> list[ast.ClassDef]:
    """A class and its bases, as Python looks through them."""
    waiting: list[list[ast.ClassDef]] = [[]]
    for base in node.bases:
        if ast.unparse(base) in _NOTHING:
            continue
        if not isinstance(base, ast.Name) or base.id not in known:
            raise Unsupported(f"`{ast.unparse(base)}` is not known", node)
        waiting.insert(-1, _order(known[base.id], known))
        waiting[-1].append(known[base.id])
    order = [node]
    while waiting := [line for line in waiting if line]:
        for line in waiting:
            if not any(line[0] in other[1:] for other in waiting):
                order.append(line[0])
                break
        else:
            raise Unsupported("there is no order of the base classes", node)
        for line in waiting:
            if line[0] is order[-1]:
                del line[0]
    return order


def _with_private_names(base: ast.ClassDef) -> ast.ClassDef:
    """`self.__w` as what Python makes of it, which a class below cannot mean."""

    def spelled(word: str) -> str:
        plain = word[:2] != "__" or word[-2:] == "__"
        return word if plain else f"_{base.name.lstrip('_')}{word}"

    def change(node: ast.AST) -> ast.AST:
        match node:
            case ast.Attribute(value=value, attr=word, ctx=ctx):
                new: ast.AST = ast.Attribute(value, spelled(word), ctx)
            case ast.FunctionDef():
                new = copy.copy(node)
                new.name = spelled(node.name)
            case ast.Name(id=word, ctx=ast.Store() as ctx) if id(node) in constants:
                new = ast.Name(spelled(word), ctx)
            case _:
                return node
        return ast.copy_location(new, node)

    parts = [p for p in base.body if not isinstance(p, ast.FunctionDef)]
    constants = {id(n) for p in parts for n in ast.walk(p)}
    new: ast.ClassDef = changed(base, change)
    return new


def _joined(node: ast.ClassDef, base: ast.ClassDef) -> ast.ClassDef:
    """A class and what it inherits from one that inherits nothing."""
    base = _with_private_names(base)
    own = [_Below(part, base).run() for part in node.body]
    names = {part.name for part in own if isinstance(part, ast.FunctionDef)}
    constants = {name for part in own for name in _bound(part)}
    body: list[ast.stmt] = []
    fields = base.decorator_list and "__init__" not in names
    for part in base.body:
        if fields and isinstance(part, ast.AnnAssign):
            # a field stays where it is, as it was last stated
            again = [one for one in own if {*_bound(one)} & {*_bound(part)}]
            own = [one for one in own if one not in again]
            stated = node.decorator_list and again
            found = again[-1] if stated else part
            body.append(found if isinstance(found, ast.AnnAssign) else part)
        elif isinstance(part, ast.FunctionDef):
            hidden = copy.copy(part)
            hidden.name = _above(base, part.name)
            body += [hidden] if part.name in names else [part, hidden]
        elif constants.isdisjoint(_bound(part)):
            body.append(part)
    marks = node.decorator_list
    if not marks and "__init__" not in names:
        marks = base.decorator_list
    new = ast.ClassDef(node.name, [], [], [*body, *own], marks)
    return ast.copy_location(new, node)


def _bound(part: ast.stmt) -> Iterator[str]:
    """The names that a statement in the body of a class binds to constants."""
    match part:
        case (
            ast.Assign(targets=[ast.Name(id=name)])
            | ast.AnnAssign(target=ast.Name(id=name))
        ):
            yield name


def _above(base: ast.ClassDef, method: str) -> str:
    return f"_{base.name}_{method}"


class _Below:
    """Part of a class that inherits from another one, without `super`."""

    def __init__(self, part: ast.stmt, base: ast.ClassDef) -> None:
        self._part, self._base = part, base

    def run(self) -> ast.stmt:
        part = self._part
        if not isinstance(part, ast.FunctionDef):
            return part
        if part.name == "__init__":
            part = copy.copy(part)
            own = own_name(part)
            part.body = [new for old in part.body for new in self._made(old, own)]
        own = own_name(part)

        def change(node: ast.AST) -> ast.AST:
            match node:
                case ast.Attribute(
                    value=ast.Call(func=ast.Name(id="super") as called), attr=name
                ):
                    object_ = ast.copy_location(ast.Name(own, ast.Load()), called)
                    method = _above(self._base, name)
                    new = ast.Attribute(object_, method, node.ctx)
                    return ast.copy_location(new, node)
                case _:
                    return node

        new: ast.stmt = changed(part, change)
        return new

    def _made(self, statement: ast.stmt, own: str) -> Iterator[ast.stmt]:
        """What `super().__init__(w)` does: the body of that constructor."""
        match statement:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(
                        value=ast.Call(func=ast.Name(id="super")), attr="__init__"
                    ),
                    args=args,
                    keywords=keywords,
                )
            ):
                inits = (
                    part
                    for part in self._base.body
                    if isinstance(part, ast.FunctionDef) and part.name == "__init__"
                )
                for init in inits:
                    yield from _filled(init, own, args, keywords)
            case _:
                yield statement


def _filled(
    init: ast.FunctionDef,
    own: str,
    args: list[ast.expr],
    keywords: list[ast.keyword],
) -> Iterator[ast.stmt]:
    """The body of a constructor for these arguments."""
    arguments = init.args
    ordered = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    first = [ast.Name(own, ast.Load()), *args]
    given: dict[str, ast.expr] = dict(zip(ordered, first, strict=False))
    given.update((str(k.arg), k.value) for k in keywords)
    last = ordered[len(ordered) - len(arguments.defaults) :]
    for name, default in (
        *zip(last, arguments.defaults, strict=True),
        *zip((a.arg for a in arguments.kwonlyargs), arguments.kw_defaults, strict=True),
    ):
        if default is not None:
            given.setdefault(name, default)
    bound = {
        node.id
        for statement in init.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    # its variables are not those of the constructor that calls it
    for name, value in given.items():
        if name in bound or not isinstance(value, ast.Name | ast.Constant):
            bound.add(name)
            target = ast.copy_location(ast.Name(_HIDDEN + name, ast.Store()), value)
            yield ast.copy_location(ast.Assign([target], value), value)

    def change(node: ast.AST) -> ast.AST:
        if not isinstance(node, ast.Name):
            return node
        if node.id in bound:
            new = ast.Name(_HIDDEN + node.id, node.ctx)
            return ast.copy_location(new, node)
        return given.get(node.id, node)

    for statement in init.body:
        yield changed(statement, change)
