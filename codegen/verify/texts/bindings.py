"""Which names a body of statements binds, how often, and how."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable

_MUTATORS = frozenset(
    "append clear extend insert pop popitem remove reverse setdefault sort "
    "update".split()
)
# what can bind any name at all
_REBINDING = frozenset({"exec", "globals", "setattr", "delattr"})
_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_NAMED = (*_DEFINITIONS, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)


def needs_care(text: str) -> bool:
    """Whether more than the targets of assignments may bind or change a name."""
    return ":=" in text or any(
        word in text for word in (*_REBINDING, *(f".{name}(" for name in _MUTATORS))
    )


class Bindings:
    """The names that a body binds in its own scope.

    `count` says how often, anywhere in the body; `plain` are those bound by a statement
    of the body itself that always runs and that is an assignment, an import or a
    definition without decorators; `imported` those bound by an import. `touched` names
    have an item or attribute assigned or are changed in place, here or in an inner
    scope. `opaque` is the reason why any name may be bound, if there is one.

    With `careful` (see `needs_care`) all expressions are looked through as well.
    """

    def __init__(self, body: Iterable[ast.stmt], *, careful: bool) -> None:
        self.count: Counter[str] = Counter()
        self.plain: set[str] = set()
        self.imported: set[str] = set()
        self.touched: set[str] = set()
        self.opaque = ""
        self._modules: set[tuple[str, str]] = set()
        self._careful = careful
        # names that inner scopes declare global, and those that they bind
        self._outer: set[str] = set()
        self._inner: set[str] = set()
        # a node, and whether it belongs to an inner scope
        self._todo: list[tuple[ast.AST, bool]] = []
        for node in body:
            self._direct(node)
            self._todo.append((node, False))
            while self._todo:
                self._visit(*self._todo.pop())
        self.count.update(dict.fromkeys(self._outer & self._inner, 2))

    def _direct(self, node: ast.stmt) -> None:
        match node:
            case ast.FunctionDef(name=name, decorator_list=[]):
                self.plain.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                self.plain.update(_bound_as(alias) for alias in names)
            case ast.Assign(targets=targets):
                self.plain.update(name for t in targets for name in _names(t))
            case ast.AnnAssign(target=target, value=ast.expr()):
                self.plain.update(_names(target))

    def _visit(self, node: ast.AST, inner: bool) -> None:
        match node:
            case ast.Name(id=name, ctx=context):
                if name in _REBINDING:
                    self.opaque = f"the file uses `{name}`"
                elif inner and not isinstance(context, ast.Load):
                    self._inner.add(name)
                elif not isinstance(context, ast.Load):
                    # without a name, a value is as doubtful as with two
                    self.count[name] += 2 if isinstance(context, ast.Del) else 1
                return
            case ast.Import(names=names):
                self._import(names if inner else filter(self._is_new, names), inner)
                return
            case ast.ImportFrom(names=names):
                self._import(names, inner)
                return
            case ast.Global(names=names) if inner:
                self._outer.update(names)
            case ast.Attribute(ctx=context) | ast.Subscript(ctx=context) if not (
                isinstance(context, ast.Load)
            ):
                self.touched.update(_root(node))
            case ast.Call(func=ast.Attribute(value=value, attr=name)):
                if name in _MUTATORS:
                    self.touched.update(_root(value))
            case ast.ClassDef(name=name) if _changes_itself(node):
                self.touched.add(name)
                self._bind_other(node, inner)
            case ast.Lambda():
                inner = True
            case _:
                self._bind_other(node, inner)
        self._push(node, inner)

    def _is_new(self, alias: ast.alias) -> bool:
        """Whether no import bound the name to the same module before: `import a.b` and
        `import a.c` both bind `a`."""
        bound = _bound_as(alias)
        module = bound, alias.name if alias.asname else bound
        is_new = module not in self._modules
        self._modules.add(module)
        return is_new

    def _import(self, names: Iterable[ast.alias], inner: bool) -> None:
        for alias in names:
            if alias.name == "*":
                self.opaque = "the file has a star import"
            elif not inner:
                self.count[_bound_as(alias)] += 1
                self.imported.add(_bound_as(alias))

    def _bind_other(self, node: ast.AST, inner: bool) -> None:
        """What binds a name that is not a node of its own."""
        name = None
        if isinstance(node, _NAMED):
            name = node.name
        elif isinstance(node, ast.MatchMapping):
            name = node.rest
        if name is not None and inner:
            self._inner.add(name)
        elif name is not None:
            self.count[name] += 1

    def _push(self, node: ast.AST, inner: bool) -> None:
        if isinstance(node, _SIMPLE) and not self._careful:
            targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
            self._todo += [(t, inner) for t in targets if t is not None]
            return
        body = node.body if isinstance(node, _DEFINITIONS) else ()
        self._todo += [(child, True) for child in body]
        self._todo += [
            (child, inner)
            for child in ast.iter_child_nodes(node)
            if not (body and isinstance(child, ast.stmt))
        ]


def _changes_itself(node: ast.ClassDef) -> bool:
    """Whether a method of a class binds attributes of the class, and not of objects."""
    for method in node.body:
        if not isinstance(method, ast.FunctionDef):
            continue
        marks = [
            mark.id for mark in method.decorator_list if isinstance(mark, ast.Name)
        ]
        own = [arg.arg for arg in method.args.args[:1] if "classmethod" in marks]
        for inner in ast.walk(method):
            match inner:
                case ast.Attribute(value=owner, ctx=ast.Store() | ast.Del()):
                    pass
                case _:
                    continue
            match owner:
                case ast.Name(id=name) if name in own:
                    return True
                case ast.Attribute(attr="__class__"):
                    return True
                case ast.Call(func=ast.Name(id="type")):
                    return True
    return False


def names_bound(node: ast.stmt, *, careful: bool) -> set[str]:
    """The names that a statement binds (see `Bindings`)."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]) if not careful:
            return {name}
    return set(Bindings([node], careful=careful).count)


def _bound_as(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _names(target: ast.expr) -> list[str]:
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]


def _root(node: ast.AST) -> list[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return [node.id] if isinstance(node, ast.Name) else []
