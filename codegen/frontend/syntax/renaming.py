"""Which names a function binds, which it reads from outside, and copies of it under
other names."""

from __future__ import annotations

import ast
import copy
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import TypeVar

from .added import at

Definition = ast.FunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Node = TypeVar("Node", bound=ast.AST)


def parameter_names(arguments: ast.arguments) -> list[str]:
    """All parameters, in the order of the text."""
    listed = [*arguments.posonlyargs, *arguments.args]
    listed += [arguments.vararg] if arguments.vararg else []
    listed += arguments.kwonlyargs
    listed += [arguments.kwarg] if arguments.kwarg else []
    return [argument.arg for argument in listed]


def defaults_of(arguments: ast.arguments) -> list[tuple[str, ast.expr]]:
    """The parameters that have defaults, with these."""
    ordered = [*arguments.posonlyargs, *arguments.args]
    last = ordered[len(ordered) - len(arguments.defaults) :]
    pairs: list[tuple[ast.arg, ast.expr | None]] = [
        *zip(last, arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return [(argument.arg, default) for argument, default in pairs if default]


def body_of(node: Definition) -> list[ast.stmt]:
    """The statements of a function, without its docstring."""
    if isinstance(node, ast.Lambda):
        return [at(node.body, ast.Return(node.body))]
    match node.body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest]:
            return rest
        case body:
            return body


def own_names(node: Definition) -> set[str]:
    """The names that a function binds: its parameters and its variables."""
    outer = {name for names in declared_outer(node) for name in names.names}
    return {*parameter_names(node.args), *_bound_here(node)} - outer


def declared_outer(node: Definition) -> Iterator[ast.Global | ast.Nonlocal]:
    """The statements of a function that say which names it binds are not its own."""
    for inner in _own_nodes(node):
        if isinstance(inner, ast.Global | ast.Nonlocal):
            yield inner


def rebinding(node: Definition, local: Container[str]) -> ast.stmt | None:
    """The statement by which a function binds names outside of what `local` has."""
    bound = {*bound_in(node)}
    for outer in declared_outer(node):
        kept = local if isinstance(outer, ast.Nonlocal) else ()
        if any(name in bound and name not in kept for name in outer.names):
            return outer
    return None


def bound_in(node: Definition) -> Iterator[str]:
    """The names that the body of a function binds, or functions inside of it for a
    function around, once for each time."""
    yield from _bound_here(node)
    for inner in _own_nodes(node):
        if isinstance(inner, ast.FunctionDef):
            yield from nonlocal_names(inner)


def _bound_here(node: Definition) -> Iterator[str]:
    for inner in _own_nodes(node):
        match inner:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.alias(name=name, asname=other):
                yield other or name.partition(".")[0]
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name


def nonlocal_names(node: ast.AST) -> set[str]:
    """The names that are bound anywhere in this for a function around."""
    found = (inner for inner in ast.walk(node) if isinstance(inner, ast.Nonlocal))
    return {name for inner in found for name in inner.names}


def _own_nodes(node: Definition) -> Iterator[ast.AST]:
    """The nodes of a function's body that are evaluated in its own scope."""
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    stack: list[ast.AST] = [*reversed(body)]
    while stack:
        inner = stack.pop()
        yield inner
        match inner:
            case ast.FunctionDef() | ast.Lambda():
                stack += _outer_parts(inner)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                stack.append(inner.generators[0].iter)
                # `:=` inside of it binds a name of the function
                walrus = (n for n in ast.walk(inner) if isinstance(n, ast.NamedExpr))
                stack += [n.target for n in walrus]
            case _:
                stack += reversed([*ast.iter_child_nodes(inner)])


def _outer_parts(node: Definition) -> list[ast.expr]:
    """What is evaluated where a function is defined."""
    parts = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    if isinstance(node, ast.FunctionDef):
        parts += node.decorator_list
    return parts


def free_names(node: Definition) -> set[str]:
    """The names that a function reads and does not bind, those that the functions
    inside of it read among them. What is evaluated at its definition does not count."""
    return _Free().of(node)


class _Free(ast.NodeVisitor):
    def of(self, node: Definition) -> set[str]:
        self.found: set[str] = set()
        self.hidden = own_names(node)
        self._visit([node.body] if isinstance(node, ast.Lambda) else node.body)
        return self.found

    def _visit(self, nodes: list[ast.stmt] | list[ast.expr]) -> None:
        for node in nodes:
            self.visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id not in self.hidden:
            self.found.add(node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._inside(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._inside(node)

    def _inside(self, node: Definition) -> None:
        self._visit(_outer_parts(node))
        self.found |= free_names(node) - self.hidden

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._comprehension(node)

    def _comprehension(self, node: _Comprehension) -> None:
        self.visit(node.generators[0].iter)
        outer, self.hidden = self.hidden, self.hidden | _targets(node)
        self.generic_visit(node)
        self.hidden = outer


def _targets(node: _Comprehension) -> set[str]:
    return {
        inner.id
        for part in node.generators
        for inner in ast.walk(part.target)
        if isinstance(inner, ast.Name)
    }


def shifted(node: Node, lines: int) -> Node:
    """A copy of syntax that stands so many lines further down."""
    new = copy.deepcopy(node)
    if lines:
        ast.increment_lineno(new, lines)
    return new


def imported_names(nodes: Iterable[ast.stmt]) -> Iterator[str]:
    """The names that import statements among the statements bind."""
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0]


class Renaming(ast.NodeTransformer):
    """Puts other names, or constants, in the place of names; changes the syntax itself.

    A name that is bound inside (by a function, a comprehension) stays.
    """

    def __init__(self, new: Mapping[str, ast.expr]) -> None:
        self.new = new

    def body(self, node: Definition) -> None:
        """Rename what the body of a function reads and binds."""
        if isinstance(node, ast.Lambda):
            node.body = self.visit(node.body)
        else:
            node.body = [self.visit(statement) for statement in node.body]

    def defaults(self, arguments: ast.arguments) -> None:
        """Rename what the defaults of parameters read."""
        arguments.defaults = [self.visit(part) for part in arguments.defaults]
        arguments.kw_defaults = [
            part and self.visit(part) for part in arguments.kw_defaults
        ]

    def visit_Name(self, node: ast.Name) -> ast.expr:
        match self.new.get(node.id):
            case None:
                return node
            case ast.Name(id=name):
                return at(node, ast.Name(name, node.ctx))
            case value:
                # where it was written, so that it is spelled as it was
                return copy.deepcopy(value)

    def visit_alias(self, node: ast.alias) -> ast.alias:
        match self.new.get(node.asname or node.name):
            case ast.Name(id=name):
                node.asname = name
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.Nonlocal:
        self._declared(node)
        return node

    def visit_Global(self, node: ast.Global) -> ast.Global:
        self._declared(node)
        return node

    def _declared(self, node: ast.Global | ast.Nonlocal) -> None:
        for place, old in enumerate(node.names):
            match self.new.get(old):
                case ast.Name(id=name):
                    node.names[place] = name

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        match self.new.get(node.name):
            case ast.Name(id=name):
                node.name = name
        node.decorator_list = [self.visit(part) for part in node.decorator_list]
        self._function(node)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        self._function(node)
        return node

    def _function(self, node: Definition) -> None:
        self.defaults(node.args)
        self._without(own_names(node)).body(node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        return self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        return self._comprehension(node)

    def _comprehension(self, node: _Comprehension) -> ast.AST:
        # evaluated outside, and renamed once: what is new may be an old name as well
        first = self.visit(node.generators[0].iter)
        node.generators[0].iter = ast.Constant(None)
        self._without(_targets(node)).generic_visit(node)
        node.generators[0].iter = first
        return node

    def _without(self, names: set[str]) -> Renaming:
        return Renaming({n: new for n, new in self.new.items() if n not in names})


def return_directly(node: Definition) -> None:
    """Make `return e` of `x = e; return x` at the end of a function."""
    if isinstance(node, ast.Lambda):
        return
    match node.body[-2:]:
        case [
            ast.Assign(targets=[ast.Name(id=bound)], value=value),
            ast.Return(value=ast.Name(id=read)) as last,
        ] if (
            bound == read
            and not isinstance(value, ast.Lambda)
            and bound in own_names(node)
        ):
            last.value = value
            del node.body[-2]


def renamed_up_to_binding(node: Definition, param: str) -> str:
    """Give a parameter another name up to where a statement of the body itself binds it
    again, that is where `x = f(x)` reads it; the new name, or "" where there is no such
    statement."""
    if isinstance(node, ast.Lambda):
        return ""
    for place, statement in enumerate(node.body):
        stores = any(
            isinstance(inner, ast.Name)
            and inner.id == param
            and not isinstance(inner.ctx, ast.Load)
            for inner in ast.walk(statement)
        )
        if not stores:
            continue
        match statement:
            case ast.Assign(targets=[ast.Name()], value=value) if not any(
                isinstance(inner, ast.NamedExpr) for inner in ast.walk(value)
            ):
                given = f"{param} given"  # no name that a program can have
                renaming = Renaming({param: ast.Name(given, ast.Load())})
                node.body[:place] = [renaming.visit(s) for s in node.body[:place]]
                statement.value = renaming.visit(value)
                return given
            case _:
                return ""
    return ""


def without_declarations(node: Definition) -> None:
    """Leave out `global` and `nonlocal`: the names are those outside by now."""
    if isinstance(node, ast.FunctionDef):
        node.body = [_Undeclared().visit(statement) for statement in node.body]


class _Undeclared(ast.NodeTransformer):
    def visit_Global(self, node: ast.Global) -> ast.stmt:
        return at(node, ast.Pass())

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.stmt:
        return at(node, ast.Pass())

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        return node
