"""Whether what is bound outside of functions may be changed in place.

    W = np.ones(3)        V = np.ones(3)        ACT = {"relu": relu}
    W[0] = 2.0            v = V                 ACT.update(tanh=np.tanh)
                          v += 1.0

A written module has such values as they are bound. Where more than reading is done to
one, anywhere in its file, it may be another one when a function reads it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ...ir.expr import Expr
from ...ir.memory import FRESH_METHODS, VIEWS
from ...ir.walk import paths_in
from ..syntax.renaming import own_names, parameter_names
from .file import SourceFile
from .scope import Global

# Methods of lists, dicts and arrays that change nothing and hand nothing on.
_READING = FRESH_METHODS | frozenset("count get index items keys values".split())
_FACTS = frozenset("shape ndim size dtype itemsize nbytes".split())
# Attributes and methods that may be the same memory.
_ON = frozenset("T mT real imag".split()) | frozenset(
    "transpose swapaxes reshape ravel squeeze diagonal view".split()
)
# Builtins that change nothing of what they are given, and hand on no more than items.
_TAKING = frozenset(
    "abs all any bool dict enumerate float int isinstance len list max min print range "
    "repr reversed round set sorted str sum tuple type zip".split()
)
_NUMBERS = frozenset("abs bool float int len max min pow round str sum".split())
# Functions of modules that write to an argument.
_WRITING = frozenset(
    "at copyto fill_diagonal place put put_along_axis putmask shuffle".split()
)
_VIEWING = frozenset(path.rpartition(".")[2] for path in VIEWS)


def change_of(
    body: Sequence[ast.stmt], name: str, inside: Sequence[ast.stmt] | None = None
) -> ast.Name | None:
    """Where what a name of a file stands for may be changed, or be handed on to what
    changes it: the first place; None where it is only read.

    Args:
        body: the statements of the file.
        inside: those of a function of it, if the name is one of its own.
    """
    search = _Search(body)
    return next(search.changes(body if inside is None else inside, name), None)


def attribute_change_of(body: Sequence[ast.stmt], attribute: str) -> ast.expr | None:
    """The same for what an attribute of an object stands for, whatever the object is
    called."""
    return next(_Search(body).attribute_changes(attribute), None)


def attributes_bound(body: Iterable[ast.AST]) -> frozenset[str]:
    """The attributes that statements bind, but for those that a constructor binds of
    its own object."""
    found: set[str] = set()
    todo = [(node, "") for node in body]
    while todo:
        node, own = todo.pop()
        match node:
            case ast.FunctionDef(name="__init__" | "__post_init__"):
                own = next(iter(parameter_names(node.args)), "")
            case ast.Attribute(value=ast.Name(id=word), ctx=ast.Store()) if word == own:
                pass
            case ast.Attribute(attr=attribute, ctx=ast.Store() | ast.Del()):
                found.add(attribute)
        todo += [(inner, own) for inner in ast.iter_child_nodes(node)]
    return frozenset(found)


def rebinding_of(
    body: Sequence[ast.stmt], classes: Collection[str], attribute: str
) -> ast.expr | None:
    """Where a file binds an attribute of one of some classes outside of their bodies,
    by the name of the class or as that of an object; None if it does nowhere."""
    for node in (inner for part in body for inner in ast.walk(part)):
        match node:
            case ast.ClassDef(name=name, body=methods) if name in classes:
                for method in methods:
                    if isinstance(method, ast.FunctionDef) and _is_of_class(method):
                        own = [*parameter_names(method.args)][:1]
                        found = rebinding_of(method.body, own, attribute)
                        if found is not None:
                            return found
            case ast.Attribute(
                value=owner, attr=bound, ctx=ast.Store() | ast.Del()
            ) if bound == attribute and _may_be_class(owner, classes):
                return node
            case ast.Call(
                func=ast.Name(id="setattr" | "delattr"), args=[owner, *_]
            ) if _may_be_class(owner, classes):
                return node
    return None


def _is_of_class(method: ast.FunctionDef) -> bool:
    """Whether the first argument of a method is its class."""
    marks = method.decorator_list
    return any(isinstance(m, ast.Name) and m.id == "classmethod" for m in marks)


def _may_be_class(node: ast.expr, classes: Collection[str]) -> bool:
    """Whether this is one of some classes, or the class of an object."""
    match node:
        case ast.Name(id=name):
            return name in classes
        case ast.Attribute(attr="__class__"):
            return True
        case ast.Call(func=ast.Name(id="type"), args=[_]):
            return True
        case _:
            return False


def is_made(value: ast.expr) -> bool:
    """Whether an expression makes something that could be changed in place."""
    match value:
        case ast.Constant() | ast.Name() | ast.Attribute() | ast.Lambda():
            return False
        case ast.Call(func=ast.Name(id=called)):
            return called not in _NUMBERS
        case ast.Call(func=ast.Attribute(value=ast.Name(id=module))):
            return module not in ("math", "functools")
        case ast.UnaryOp(operand=operand):
            return is_made(operand)
        case ast.BinOp(left=left, right=right):
            return is_made(left) or is_made(right)
        case ast.Tuple(elts=items):
            return any(map(is_made, items))
        case _:
            return True


@dataclass(frozen=True)
class _Search:
    """Looks for changes.

    Attributes:
        file: the statements of the file.
        seen: what was looked at, with the statements that it is a name in.
    """

    file: Sequence[ast.stmt]
    seen: set[tuple[int, str]] = field(default_factory=set)

    @cached_property
    def functions(self) -> Mapping[str, ast.FunctionDef]:
        return {n.name: n for n in self.file if isinstance(n, ast.FunctionDef)}

    @cached_property
    def classes(self) -> Mapping[str, ast.ClassDef]:
        return {n.name: n for n in self.file if isinstance(n, ast.ClassDef)}

    @cached_property
    def imported(self) -> frozenset[str]:
        """The names that the file imports."""
        imports = (n for n in self.file if isinstance(n, ast.Import | ast.ImportFrom))
        names = (alias.asname or alias.name for n in imports for alias in n.names)
        return frozenset(name.partition(".")[0] for name in names)

    def changes(self, body: Sequence[ast.stmt], name: str) -> Iterator[ast.Name]:
        """The places where more than reading is done to a name of some statements."""
        for node, parents in self._nodes(body, name, name):
            is_it = isinstance(node, ast.Name) and node.id == name
            if is_it and not self._is_read(node, parents, body):
                assert isinstance(node, ast.Name)
                yield node

    def attribute_changes(self, attribute: str) -> Iterator[ast.expr]:
        """The places where more than reading is done to an attribute in the file."""
        for node, parents in self._nodes(self.file, f".{attribute}", ""):
            match node:
                case ast.Attribute(value=ast.Name(), attr=attr) if attr == attribute:
                    if not self._is_read(node, parents, self.file):
                        yield node

    def _nodes(
        self, body: Sequence[ast.stmt], what: str, hidden: str
    ) -> Iterator[tuple[ast.AST, Mapping[int, ast.AST]]]:
        """All nodes, each with the parents of those before, but for definitions that
        have a name for themselves; nothing where the same was looked for before."""
        key = (id(body[0]) if body else 0, what)
        if key in self.seen:
            return
        self.seen.add(key)
        parents: dict[int, ast.AST] = {}
        todo: list[ast.AST] = [*body]
        while todo:
            node = todo.pop()
            if hidden and _hides(node, hidden):
                continue
            yield node, parents
            for child in ast.iter_child_nodes(node):
                parents[id(child)] = node
                todo.append(child)

    def _is_read(
        self, node: ast.AST, parents: Mapping[int, ast.AST], body: Sequence[ast.stmt]
    ) -> bool:
        """Whether a value, or a part of it, is only read where it stands."""
        match node:
            case ast.Name(ctx=context) | ast.Attribute(ctx=context):
                if not isinstance(context, ast.Load):
                    return not isinstance(parents.get(id(node)), ast.AugAssign)
        part = False
        while True:
            parent = parents[id(node)]
            match parent:
                case ast.Subscript(slice=index) if index is node:
                    return True
                case ast.Subscript(ctx=ast.Load()):
                    part = True
                case ast.Attribute(attr=attribute, ctx=ast.Load()):
                    call = parents[id(parent)]
                    if attribute in _FACTS:
                        return True
                    if isinstance(call, ast.Call) and call.func is parent:
                        if attribute in _READING:
                            return True
                        if attribute not in _ON:
                            return False
                        parent = call
                case ast.Call(func=func) if func is node:
                    return True
                case ast.Call() | ast.keyword():
                    call = (
                        parent if isinstance(parent, ast.Call) else parents[id(parent)]
                    )
                    assert isinstance(call, ast.Call)
                    if not self._takes(call, node, parent):
                        return False
                    if not _gives_view(call):
                        return True
                    parent = call
                case ast.Starred() | ast.IfExp() | ast.BoolOp():
                    pass
                case ast.Tuple() if _is_index(parent, parents):
                    return True
                case ast.Return():
                    return part
                case ast.Assign(targets=[ast.Name(id=other)]):
                    return not any(self.changes(_scope(parent, parents, body), other))
                case ast.Assign(targets=[ast.Attribute(value=ast.Name(), attr=other)]):
                    return not any(self.attribute_changes(other))
                case ast.For(iter=over, target=target) if over is node:
                    scope = _scope(parent, parents, body)
                    names = (n.id for n in ast.walk(target) if isinstance(n, ast.Name))
                    return not any(any(self.changes(scope, name)) for name in names)
                case _:
                    return isinstance(parent, _ONLY_READ)
            node = parent

    def _takes(self, call: ast.Call, node: ast.AST, parent: ast.AST) -> bool:
        """Whether a call changes nothing of an argument, and hands on no more of it
        than views that it gives."""
        match call.func:
            case ast.Name(id=called) if called in self.functions:
                function = self.functions[called]
                param = _param(call, node, parent, parameter_names(function.args))
                return bool(param) and not any(self.changes(function.body, param))
            case ast.Name(id=called) if called in self.classes:
                return self._keeps(self.classes[called], call, node, parent)
            case ast.Name(id=called):
                return called in _TAKING or self._reads(called, called, parent)
            case ast.Attribute(attr=called):
                root: ast.AST = call.func
                while isinstance(root, ast.Attribute):
                    root = root.value
                module = root.id if isinstance(root, ast.Name) else ""
                return self._reads(module, called, parent)
            case _:
                return False

    def _keeps(
        self, made: ast.ClassDef, call: ast.Call, node: ast.AST, parent: ast.AST
    ) -> bool:
        """Whether an object that is made with an argument only reads it."""
        for method in made.body:
            if isinstance(method, ast.FunctionDef) and method.name == "__init__":
                names = parameter_names(method.args)[1:]
                param = _param(call, node, parent, names)
                return bool(param) and not any(self.changes(method.body, param))
        fields = [n.target for n in made.body if isinstance(n, ast.AnnAssign)]
        names = [target.id for target in fields if isinstance(target, ast.Name)]
        param = _param(call, node, parent, names)
        return bool(param) and not any(self.attribute_changes(param))

    def _reads(self, imported: str, called: str, parent: ast.AST) -> bool:
        """Whether a function that is imported, or in an imported module, only reads."""
        into = isinstance(parent, ast.keyword) and parent.arg == "out"
        return imported in self.imported and called not in _WRITING and not into


def _param(call: ast.Call, node: ast.AST, parent: ast.AST, names: Sequence[str]) -> str:
    """The parameter that an argument goes to; "" where that is not certain."""
    if isinstance(parent, ast.keyword):
        return parent.arg or ""
    places = (place for place, arg in enumerate(call.args) if arg is node)
    return dict(enumerate(names)).get(next(places, -1), "")


# What reads the values that stand in it.
_ONLY_READ = (
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.FormattedValue,
    ast.AugAssign,
    ast.If,
    ast.While,
    ast.Assert,
    ast.Expr,
    ast.comprehension,
    ast.Slice,
)


def _hides(node: ast.AST, name: str) -> bool:
    """Whether a name stands for something else inside of a definition."""
    if not isinstance(node, ast.FunctionDef | ast.Lambda):
        return False
    declared = (n.names for n in ast.walk(node) if isinstance(n, ast.Global))
    return name in own_names(node) and not any(name in names for names in declared)


def _scope(
    node: ast.AST, parents: Mapping[int, ast.AST], body: Sequence[ast.stmt]
) -> Sequence[ast.stmt]:
    """The statements of the function around a node; `body` where there is none."""
    above = parents.get(id(node))
    while above is not None:
        if isinstance(above, ast.FunctionDef):
            return above.body
        above = parents.get(id(above))
    return body


def _gives_view(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(attr=called) | ast.Name(id=called):
            return called in _VIEWING
        case _:
            return False


def _is_index(node: ast.Tuple, parents: Mapping[int, ast.AST]) -> bool:
    parent = parents.get(id(node))
    return isinstance(parent, ast.Subscript) and parent.slice is node


def check_unchanged(
    file: SourceFile, name: str, binding: Global, value: Expr, at: ast.expr
) -> None:
    """What the written module binds again has to be the same there, and then."""
    change = change_of(binding.body, binding.name)
    if change is not None:
        message = f"`{name}` cannot be used: it may be changed in place"
        hint = f"by what is done with it in line {change.lineno}; pass it in"
        raise file.error("BG013", message, at, hint)
    if any(path.startswith("numpy.random.") for path in paths_in(value)):
        message = f"`{name}` cannot be used: the written module would draw another"
        raise file.error("BG013", message, at, "pass it in")
