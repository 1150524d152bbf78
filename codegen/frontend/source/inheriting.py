"""Classes with what they inherit from other classes of the file, as one class each.

class Layer:                        class Scaled:
    def __init__(self, w):              def __init__(self, w, s):
        self.w = w                          self.w = w
    def forward(self, x):                   self.s = s
        return self.w * x               def _Layer_forward(self, x):
                                  =>        return self.w * x
class Scaled(Layer):                    def forward(self, x):
    def __init__(self, w, s):               return self.s * self._Layer_forward(x)
        super().__init__(w)
        self.s = s
    def forward(self, x):
        return self.s * super().forward(x)
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NoReturn

from ..syntax.added import at
from ..syntax.passing import Mismatch, passed
from ..syntax.private import mangle
from ..syntax.renaming import parameter_names
from ..syntax.rewriting import rewritten
from ..syntax.walking import names_in
from .file import SourceFile

# Classes that others may inherit from, and that add nothing.
_NAMED_TUPLES = ("NamedTuple", "typing.NamedTuple")
_EMPTY = ("object", "ABC", "abc.ABC", *_NAMED_TUPLES)
_METACLASSES = ("ABCMeta", "abc.ABCMeta")
_ABSTRACT = ("abstractmethod", "abc.abstractmethod")


Classes = Mapping[str, ast.ClassDef]


def classes_of(nodes: Iterable[ast.stmt]) -> dict[str, ast.ClassDef]:
    """The classes that statements define, by name."""
    return {n.name: n for n in nodes if isinstance(n, ast.ClassDef)}


def ancestors(node: ast.ClassDef, known: Classes) -> Iterator[str]:
    """The names of the classes that one inherits from."""
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id in known:
            yield base.id
            yield from ancestors(known[base.id], known)


def is_named_tuple(node: ast.ClassDef) -> bool:
    """Whether a class is a `typing.NamedTuple`."""
    return any(ast.unparse(base) in _NAMED_TUPLES for base in node.bases)


def methods_of(tree: ast.Module, node: ast.ClassDef) -> dict[str, ast.FunctionDef]:
    """The methods that a class has, as far as it inherits them from the file; none
    where classes that inherit from it have to write some."""
    found: dict[str, ast.FunctionDef] = {}
    known = classes_of(tree.body)
    for one in reversed(_line(node, lambda c: _known_bases(c, known)) or [node]):
        found |= {n.name: n for n in one.body if isinstance(n, ast.FunctionDef)}
    return {} if any(map(_is_open, found.values())) else found


def _known_bases(node: ast.ClassDef, known: Classes) -> list[ast.ClassDef]:
    names = (base.id for base in node.bases if isinstance(base, ast.Name))
    return [known[n] for n in names if n in known and known[n].lineno < node.lineno]


def _line(
    node: ast.ClassDef, bases_of: Callable[[ast.ClassDef], list[ast.ClassDef]]
) -> list[ast.ClassDef] | None:
    """A class and those that it inherits from, in the order in which Python looks for a
    method; None where there is no such order."""
    bases = bases_of(node)
    lines = [_line(base, bases_of) for base in bases]
    rest, found = [*lines, bases], [node]
    while any(rest):
        heads = [line[0] for line in rest if line]
        later = [one for line in rest if line for one in line[1:]]
        first = next((head for head in heads if head not in later), None)
        if first is None or None in lines:
            return None
        found.append(first)
        rest = [line[1:] if line and line[0] is first else line for line in rest]
    return found


def flattened(file: SourceFile, node: ast.ClassDef, known: Classes) -> ast.ClassDef:
    """A class with all that it inherits; itself if that is nothing.

    Args:
        known: the classes of its file.
    Raises:
        Refused: BG010 for base classes of other files, and for `super` where it cannot
            be followed.
    """
    line = _line(node, lambda one: _bases(file, one, known))
    if line is None:
        message = f"Python has no order for the base classes of `{node.name}`"
        raise file.error("BG010", message, node)
    whole = line.pop()
    if _calls_above(whole):
        whole = _Heir(file, whole, ast.ClassDef("object", [], [], [], [])).run()
    for one in reversed(line):
        base = rewritten(whole, lambda part: part)
        mangle(base, base.name)
        whole = _Heir(file, one, base).run()
    return whole


def _calls_above(node: ast.ClassDef) -> bool:
    return any(name.id == "super" for name in names_in(node.body))


def _is_open(method: ast.FunctionDef) -> bool:
    """Whether a method is there to be written by the classes that inherit."""
    if any(ast.unparse(mark) in _ABSTRACT for mark in method.decorator_list):
        return True
    match [n for n in method.body if not _is_docstring(n)]:
        case [ast.Raise(exc=ast.expr() as error)]:
            return "NotImplementedError" in ast.unparse(error)
        case _:
            return False


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _bases(
    file: SourceFile, node: ast.ClassDef, classes: Classes
) -> list[ast.ClassDef]:
    """The classes of the file that another one inherits from."""
    for keyword in node.keywords:
        if ast.unparse(keyword.value) not in _METACLASSES:
            message = f"`{keyword.arg}=` of a class is not supported"
            raise file.error("BG010", message, keyword.value)
    known = {c.name: c for c in classes.values() if c.lineno < node.lineno}
    found: list[ast.ClassDef] = []
    for base in node.bases:
        if ast.unparse(base) in _EMPTY:
            continue
        if not (isinstance(base, ast.Name) and base.id in known):
            message = f"`{ast.unparse(base)}` is not supported as a base class"
            hint = "write the methods that are inherited into the class"
            raise file.error("BG010", message, base, hint)
        found.append(known[base.id])
    return found


class _Heir:
    """A class that inherits from another one, which has no base class itself."""

    def __init__(
        self, file: SourceFile, node: ast.ClassDef, base: ast.ClassDef
    ) -> None:
        self._file, self._node, self._base = file, node, base
        self._methods = {n.name: n for n in base.body if isinstance(n, ast.FunctionDef)}
        # methods that are called by `super`
        self._above: dict[str, ast.FunctionDef] = {}

    def run(self) -> ast.ClassDef:
        """The class without a base class."""
        own = [*map(self._followed, self._node.body)]
        names = {n.name for n in own if isinstance(n, ast.FunctionDef)}
        has_init = "__init__" in names
        fields = [*self._fields(has_init, own)]
        kept = {id(part) for part in fields}
        given = {*_bound(p for p in fields if isinstance(p, ast.AnnAssign))}
        own = [n for n in own if id(n) not in kept and given.isdisjoint(_bound([n]))]
        inherited = [
            n
            for n in self._base.body
            if isinstance(n, ast.FunctionDef)
            and n.name not in names
            and not _is_open(n)
        ]
        marks = self._node.decorator_list
        if not marks and not has_init:
            marks = self._base.decorator_list
            own = [*map(_constant, own)] if marks else own
        first = [n for n in own if isinstance(n, ast.FunctionDef) and _is_init(n)]
        rest = [n for n in own if n not in first]
        body = [*fields, *first, *inherited, *self._above.values(), *rest]
        new = ast.ClassDef(self._node.name, [], [], body, marks)
        return at(self._node, new)

    def _fields(self, has_init: bool, own: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
        """What the body of the base class binds, unless it is bound again. A field of a
        dataclass stays where it is, as it was last stated."""
        bound = {*_bound(self._node.body)}
        stated = {
            n: p for p in own for n in _bound([p]) if isinstance(p, ast.AnnAssign)
        }
        if not self._node.decorator_list:
            stated = {}
        for part in self._base.body:
            match part:
                case ast.AnnAssign(target=ast.Name(id=name)) if (
                    self._base.decorator_list and not has_init
                ):
                    yield stated.get(name, part)
                case (
                    ast.AnnAssign(target=ast.Name(id=name))
                    | ast.Assign(targets=[ast.Name(id=name)])
                ) if name not in bound:
                    yield _constant(part) if has_init else part
                case _:
                    pass

    def _followed(self, part: ast.stmt) -> ast.stmt:
        """A method without `super`."""
        if not isinstance(part, ast.FunctionDef):
            return part
        method = part
        if part.name == "__init__":
            method = copy.copy(part)
            method.body = [new for old in part.body for new in self._made(old, part)]
        own = _first(method)

        def change(node: ast.AST) -> ast.AST:
            match node:
                case ast.Attribute(
                    value=ast.Call(func=ast.Name(id="super"), args=[]), attr=name
                ):
                    object_ = at(node, ast.Name(own, ast.Load()))
                    called = self._name_above(name, node)
                    return at(node, ast.Attribute(object_, called, node.ctx))
                case ast.Name(id="super"):
                    hint = "call a method, `super().forward(x)`"
                    self._refuse("`super` is not supported here", node, hint)
                case _:
                    return node

        new: ast.stmt = rewritten(method, change)
        return new

    def _name_above(self, name: str, node: ast.expr) -> str:
        """What a method of the base class is called in the class that inherits."""
        method = self._methods.get(name)
        if method is None or _is_open(method):
            self._refuse(f"`{self._base.name}` has no method `{name}`", node)
        called = f"_{self._base.name}_{name}"
        if called not in self._above:
            self._above[called] = copy.copy(method)
            self._above[called].name = called
        return called

    def _made(self, old: ast.stmt, method: ast.FunctionDef) -> Iterator[ast.stmt]:
        """`super().__init__(...)` as what that does."""
        match old:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(
                        value=ast.Call(func=ast.Name(id="super")), attr="__init__"
                    )
                ) as call
            ):
                yield from self._constructed(call, method)
            case _:
                yield old

    def _constructed(
        self, call: ast.Call, method: ast.FunctionDef
    ) -> Iterator[ast.stmt]:
        """What the constructor of the base class does. Its variables are not those of
        the constructor that calls it."""
        init = self._methods.get("__init__")
        if init is None:
            if call.args or call.keywords or self._base.decorator_list:
                message = "this call of `super().__init__` is not supported"
                self._refuse(message, call, "bind the attributes here")
            return
        arguments = copy.copy(init.args)
        which = "posonlyargs" if arguments.posonlyargs else "args"
        setattr(arguments, which, getattr(arguments, which)[1:])
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        try:
            fit = passed(arguments, len(call.args), call.keywords)
        except Mismatch as error:
            raise self._file.error(
                "BG014", error.message, error.node or call
            ) from error
        ordered = sorted(fit.given, key=lambda pair: pair[1])
        given = {name: values[place] for name, place in ordered}
        names = _Locals(self._base.name, init, method)
        for name, value in fit.defaults:
            if isinstance(value, ast.List | ast.Dict | ast.Set | ast.Call):
                message = f"the default of `{name}` is one for all objects"
                self._refuse(message, value, "give it in this call")
            given[name] = value
        renamed: dict[str, ast.expr] = {}
        for name, value in given.items():
            if name in names.bound or not isinstance(value, ast.Name | ast.Constant):
                own = names.own(name)
                yield at(
                    call, ast.Assign([at(call, ast.Name(own, ast.Store()))], value)
                )
            else:
                renamed[name] = value
        renamed[_first(init)] = at(call, ast.Name(_first(method), ast.Load()))
        for part in ast.walk(init):
            if isinstance(part, ast.Lambda) and not names.bound.isdisjoint(
                parameter_names(part.args)
            ):
                message = (
                    "a lambda in this constructor has a parameter of a name that is"
                )
                self._refuse(f"{message} bound there", part, "call it something else")

        def change(node: ast.AST) -> ast.AST:
            if not isinstance(node, ast.Name):
                return node
            if node.id in renamed:
                return renamed[node.id]
            if node.id in names.bound or node.id in given:
                return at(node, ast.Name(names.own(node.id), node.ctx))
            return node

        for statement in init.body:
            yield rewritten(statement, change)

    def _refuse(
        self, message: str, node: ast.expr, hint: str | None = None
    ) -> NoReturn:
        raise self._file.error("BG010", message, node, hint)


class _Locals:
    """The variables of the constructor of a base class, inside of another one.

    Attributes:
        bound: those that its statements bind.
    """

    def __init__(self, base: str, init: ast.FunctionDef, caller: ast.FunctionDef):
        stored = (n for n in names_in(init.body) if not isinstance(n.ctx, ast.Load))
        self.bound = {node.id for node in stored}
        self._base = base
        self._taken = {n.id for n in names_in(caller.body)}
        self._taken |= {*parameter_names(caller.args)}
        self._names: dict[str, str] = {}

    def own(self, name: str) -> str:
        """What a variable is called there."""
        if name not in self._names:
            new = name
            while new in self._taken:
                new = f"{self._base.lower()}_{new}"
            self._taken.add(new)
            self._names[name] = new
        return self._names[name]


def _is_init(method: ast.FunctionDef) -> bool:
    return method.name == "__init__"


def _first(method: ast.FunctionDef) -> str:
    arguments = [*method.args.posonlyargs, *method.args.args]
    return arguments[0].arg if arguments else ""


def _bound(body: Iterable[ast.stmt]) -> Iterator[str]:
    for part in body:
        match part:
            case (
                ast.AnnAssign(target=ast.Name(id=name))
                | ast.Assign(targets=[ast.Name(id=name)])
            ):
                yield name


def _constant(part: ast.stmt) -> ast.stmt:
    """A field that no constructor sets: it is a constant of the class, if anything."""
    match part:
        case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
            return at(part, ast.Assign([target], value))
        case ast.AnnAssign():
            return at(part, ast.Pass())
        case _:
            return part
