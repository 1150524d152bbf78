"""What the names outside a function stand for."""

from __future__ import annotations

import ast
import builtins
import math
import sys
import types
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeGuard

from ...ir.program import Imports
from ...rules import lookup
from ...text.handwritten import Beside, NotUnderstood, found_in
from ..syntax.walking import walk
from .held import constant_syntax, held_syntax

BUILTINS = frozenset(
    path.partition(".")[2] for path in lookup.paths() if path.startswith("builtins.")
) | frozenset(
    "sum pow print sorted range reversed enumerate zip any all list tuple dict str map "
    "filter getattr isinstance divmod slice".split()
)

# Modules of which no class is the user's own.
_INSTALLED = frozenset({"numpy", "scipy", "backgen"})
_COLLECTIONS = (OrderedDict, deque, defaultdict, Counter)
# Of other modules, what is known there.
_KNOWN: Sequence[tuple[object, tuple[str, str]]] = (
    (dataclass, ("dataclasses", "dataclass")),
    (replace, ("dataclasses", "replace")),
    (asdict, ("dataclasses", "asdict")),
    (astuple, ("dataclasses", "astuple")),
    *((c, ("collections", c.__name__)) for c in _COLLECTIONS),
)
# Modules whose functions have rules.
_HOMES = (
    *("bisect", "functools", "itertools", "operator"),
    "math",
    "numpy",
    "numpy.linalg",
    "numpy.random",
    "scipy.special",
    "scipy.linalg",
    "scipy.stats",
    "scipy.signal",
    "scipy.spatial.distance",
    "numpy.lib.stride_tricks",
    "backgen",
)


@dataclass(frozen=True)
class Module:
    """A module, by its path."""

    path: str


@dataclass(frozen=True)
class Member:
    """Something in a module or a builtin, by its full path."""

    path: str


@dataclass(frozen=True)
class Global:
    """A constant: the expression that it is bound to; in a file, the name that is bound
    to it there, and the statements of the file."""

    value: ast.expr
    name: str = field(default="", compare=False)
    body: Sequence[ast.stmt] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Other:
    """Something that cannot be used, and what it is ("a function of this file")."""

    what: str
    at: ast.stmt | None = None


@dataclass(frozen=True)
class Own(Other):
    """A function or class of the user's own: its definition in a text, or the function
    itself, where the caller holds it."""

    function: object = None


@dataclass(frozen=True)
class Called(Other):
    """A function that has passes of its own, a `bindings.Written`."""

    written: object = None


@dataclass(frozen=True)
class Relative(Other):
    """A name of a neighbouring module: `from .module import name`."""

    level: int = 1
    module: str = ""
    name: str = ""


@dataclass(frozen=True)
class Ruled:
    """The gradient of a function that the caller holds, as in `handwritten.Beside`."""

    backward: types.FunctionType
    forward: types.FunctionType | None
    compared: bool


Binding = Module | Member | Global | Other


def path_in(node: ast.expr, look: Callable[[str], Binding | None]) -> str | None:
    """The full path of a dotted name that stands for something outside.

    Args:
        look: what a name stands for; None for a local one.
    """
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    match look(node.id) if isinstance(node, ast.Name) else None:
        case Module(path) | Member(path):
            return ".".join([path, *parts])
        case _:
            return None


@dataclass
class Scope:
    """Names visible in a function from outside, later bindings over earlier ones.

    `replaced` says, after a star import from an unknown module, why no name is certain.
    `folder` is where modules beside are looked for. `gradients` are those that the user
    wrote, by function, and `ruled` those of functions that the caller holds; `misread`
    is why they are not known. `body` are the statements that bind the names. `outer`
    are the parameters that stand for arrays that the caller holds, by their places.
    """

    bindings: dict[str, Binding] = field(default_factory=dict)
    replaced: str = ""
    folder: Path | None = None
    gradients: Mapping[str, Beside] = field(default_factory=dict)
    ruled: Mapping[str, Ruled] = field(default_factory=dict)
    misread: NotUnderstood | None = None
    body: Sequence[ast.stmt] = ()
    outer: Mapping[tuple[int, str], str] = field(default_factory=dict)

    def look(self, name: str) -> Binding | None:
        """What a name stands for; None if nothing binds it."""
        if name in self.bindings:
            return self.bindings[name]
        if self.replaced:
            return Other(self.replaced)
        return Member(f"builtins.{name}") if name in BUILTINS else None

    def child(self) -> Scope:
        """A scope inside this one."""
        return replace(self, bindings=dict(self.bindings))

    def bind_import(self, node: ast.Import | ast.ImportFrom) -> None:
        """Bind what an import statement binds."""
        match node:
            case ast.Import(names=names):
                for alias in names:
                    root = alias.name.partition(".")[0]
                    path = alias.name if alias.asname else root
                    self.bindings[alias.asname or root] = Module(path)
            case ast.ImportFrom(module="math", names=[ast.alias(name="*")], level=0):
                for name in dir(math):
                    if not name.startswith("_"):
                        self.bindings[name] = Member(f"math.{name}")
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                self.hide(f"`{ast.unparse(node)}` may have replaced it")
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for alias in names:
                    self.bindings[alias.asname or alias.name] = Member(
                        f"{module}.{alias.name}"
                    )
            case ast.ImportFrom(module=module, names=names, level=level):
                what = "imported from a neighbouring module"
                for alias in names:
                    self.bindings[alias.asname or alias.name] = Relative(
                        what, node, level, module or "", alias.name
                    )

    def hide(self, why: str) -> None:
        """No name is certain any more, builtins included."""
        self.replaced = why
        for name in self.bindings:
            self.bindings[name] = Other(why)

    def imports(self) -> Imports:
        """The spellings that the input's imports offer."""
        modules: dict[str, str] = {}
        members: dict[str, str] = {}
        for name, binding in self.bindings.items():
            match binding:
                case Module(path):
                    modules[name] = path
                case Member(path) if not path.startswith("builtins."):
                    members[name] = path
        return Imports(modules, members)


AGAIN = "bound more than once"


def file_scope(body: Iterable[ast.stmt]) -> Scope:
    """The scope that the functions of a file see: its imports and constants.

    A name that is bound more than once, or in a way that is not a plain constant, is
    known but cannot be used: its value when the function runs is not certain.
    """
    body = [*body]
    scope = Scope(body=body)
    try:
        scope.gradients = found_in(body)
    except NotUnderstood as error:
        scope.misread = error
    ways: dict[str, set[str]] = {}
    last: dict[str, ast.stmt] = {}
    for node in body:
        for name, way in _bindings(node):
            ways.setdefault(name, set()).add(way)
            last[name] = node
        _bind(scope, node)
    for name, found in ways.items():
        if len(found) > 1:
            scope.bindings[name] = Other(AGAIN, last[name])
    defined = Counter(node.name for node in body if isinstance(node, ast.FunctionDef))
    again = {name for name, times in defined.items() if times > 1}
    for name, binding in scope.bindings.items() if again else ():
        if isinstance(binding, Global) and again & {*_read_in(binding.value)}:
            # which of the definitions it stands for depends on where it is bound
            scope.bindings[name] = Other(AGAIN, last[name])
    return scope


def _read_in(node: ast.expr) -> Iterator[str]:
    return (inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))


def _bind(scope: Scope, node: ast.stmt) -> None:
    match node:
        case ast.Import() | ast.ImportFrom():
            scope.bind_import(node)
        case ast.FunctionDef(name=name):
            scope.bindings[name] = Own("a function of this file", node)
        case ast.AsyncFunctionDef(name=name):
            scope.bindings[name] = Other("a function of this file", node)
        case ast.ClassDef(name=name):
            scope.bindings[name] = Own("a class of this file", node)
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ):
            scope.bindings[name] = Global(value, name, scope.body)
        case ast.Assign(
            targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)
        ) if _are_plain(names, values):
            for target, value in zip(names, values, strict=True):
                assert isinstance(target, ast.Name)
                scope.bindings[target.id] = Global(value, target.id, scope.body)
        case _:
            for name in bound_names(node):
                scope.bindings[name] = Other("not a plain constant", node)
                if name == "*":
                    scope.hide("a star import may have replaced it")


def _are_plain(names: list[ast.expr], values: list[ast.expr]) -> bool:
    """Whether names are bound to constants, `rows, cols = 6, 5`."""
    display = (ast.List, ast.Tuple, ast.Dict, ast.Load)
    constant = (ast.Constant, ast.UnaryOp, ast.unaryop, *display)
    return (
        len(names) == len(values)
        and all(isinstance(name, ast.Name) for name in names)
        and all(isinstance(n, constant) for value in values for n in ast.walk(value))
    )


def _bindings(node: ast.stmt) -> Iterator[tuple[str, str]]:
    """The names that a top-level statement binds, each with the way in which it does;
    binding a name twice in one way (the same import) is binding it once."""
    match node:
        case ast.Import(names=names):
            for alias in names:  # `import a.b` and `import a.c` bind the same `a`
                name = _imported(alias)
                yield name, f"import {alias.name if alias.asname else name}"
        case ast.ImportFrom("math", [ast.alias("*")]):
            yield from ((name, f"math {name}") for name in dir(math))
        case ast.ImportFrom(module=origin, names=names):
            for alias in names:
                yield _imported(alias), f"{origin} {alias.name}"
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield node.name, "def"
            arguments = node.args
            outside = [*node.decorator_list, *arguments.defaults]
            outside += [d for d in arguments.kw_defaults if d]
            for part in outside:
                yield from ((name, "walrus") for name in bound_names(part))
        case ast.ClassDef(name=own):
            yield own, f"statement {node.lineno} {node.col_offset}"
            # what is bound in its body is an attribute, or local to a method
            outside = [*node.decorator_list, *node.bases]
            outside += [keyword.value for keyword in node.keywords]
            for part in outside:
                yield from ((name, "walrus") for name in bound_names(part))
        case _:
            for name in bound_names(node):
                yield name, f"statement {node.lineno} {node.col_offset}"
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                for name in bound_names(node.value):
                    yield name, "walrus"


def _imported(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def bound_names(node: ast.AST) -> Iterator[str]:
    """Every name that a statement binds or changes, however deep inside; names that
    are local to a function inside are among them, to be on the safe side."""
    for inner in walk(node):
        match inner:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.alias():
                yield _imported(inner)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
            case ast.ExceptHandler(name=str(name)):
                yield name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name
            case ast.Attribute(ctx=ast.Store() | ast.Del()):
                # `math.exp = ...` changes what `math` stands for
                root = inner.value
                while isinstance(root, ast.Attribute | ast.Subscript):
                    root = root.value
                if isinstance(root, ast.Name):
                    yield root.id


def values_scope(values: Mapping[str, object]) -> Scope:
    """The scope of a live function: its globals and closure variables that it reads.

    Modules and their functions are recognised by identity; numbers become constants;
    anything else is known but cannot be used.
    """
    scope = Scope()
    for name, value in values.items():
        home = home_of(value)
        if isinstance(value, types.ModuleType):
            scope.bindings[name] = Module(value.__name__)
        elif home is not None:
            scope.bindings[name] = Member(f"{home[0]}.{home[1]}")
        elif isinstance(value, (bool, int, float)):
            scope.bindings[name] = Global(number_syntax(value))
        elif isinstance(value, str):
            scope.bindings[name] = Global(ast.Constant(value))
        elif isinstance(value, types.FunctionType):
            scope.bindings[name] = Own("a function", None, value)
        elif is_own_class(value):
            scope.bindings[name] = Own("a class", None, value)
        elif getattr(builtins, name, None) is not value:
            found = constant_syntax(value, number_syntax)
            found = found or held_syntax(value, partial(_name_for, scope, name))
            other = Other(f"a {type(value).__name__}")
            scope.bindings[name] = other if found is None else Global(found)
    return scope


def _name_for(scope: Scope, prefix: str, value: object) -> ast.expr | None:
    """An expression for a number, or for a function, which gets a name of its own."""
    if isinstance(value, bool | int | float):
        return number_syntax(value)
    home = home_of(value)
    binding: Binding
    if home is not None:
        binding = Member(f"{home[0]}.{home[1]}")
    elif isinstance(value, types.FunctionType):
        binding = Own("a function", None, value)
    else:
        return None
    word = f"{prefix}_{len(scope.bindings)}"
    scope.bindings[word] = binding
    return ast.Name(word, ast.Load())


def is_own_class(value: object) -> TypeGuard[type]:
    """Whether this is a class of the user's own."""
    if not isinstance(value, type) or issubclass(value, BaseException):
        return False
    root = value.__module__.partition(".")[0]
    return root not in sys.stdlib_module_names and root not in _INSTALLED


def home_of(value: object) -> tuple[str, str] | None:
    """The module and the name of a function that has rules; None for anything else."""
    name = getattr(value, "__name__", None) or _name_of_distribution(value)
    for known, home in _KNOWN:
        if value is known:
            return home
    if not callable(value) or not isinstance(name, str):
        return None
    # what is not imported cannot be the function's home
    homes = (m for m in _HOMES if getattr(sys.modules.get(m), name, None) is value)
    module = next(homes, None)
    return None if module is None else (module, name)


def _name_of_distribution(value: object) -> str | None:
    """The name of an object of `scipy.stats`, whose distributions are no functions."""
    if not type(value).__module__.startswith("scipy.stats."):
        return None
    names = vars(sys.modules["scipy.stats"]).items()
    return next((name for name, known in names if known is value), None)


def number_syntax(value: bool | int | float) -> ast.expr:
    """A constant's syntax; infinities and NaN have none and become calls."""
    if isinstance(value, bool):
        return ast.Constant(value)
    # NumPy's floats are floats with a repr of their own
    plain = int(value) if isinstance(value, int) else float(value)
    if not math.isfinite(plain):
        return ast.Call(ast.Name("float"), [ast.Constant(repr(plain))], [])
    literal = ast.Constant(abs(plain))
    negative = math.copysign(1.0, plain) < 0
    return ast.UnaryOp(ast.USub(), literal) if negative else literal
