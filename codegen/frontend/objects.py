"""Objects of the input's own classes, as far as their methods are followed.

What is read from an object becomes a variable (`self.W`; `layer_W` of an object that a
function makes), and the methods that are called become functions inside of the one that
calls them. They see these variables from outside.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from .added import at, name as read_as
from .changing import change_of, is_made
from .classes import ClassSource, is_static, own_name
from .file import SourceFile
from .renaming import defaults_of
from .rewriting import rewritten
from .walking import names_in

_HIDDEN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True)
class Instance:
    """An object: its class, and the variable that stands for each of its attributes."""

    source: ClassSource
    variable: Callable[[str], str]


@dataclass
class Objects:
    """The objects that one function can see.

    Attributes:
        instances: by what the text calls them: "self", "self.layer1", "gate".
        named: gives the function inside that a method becomes its name.
        functions: the methods that are called, rewritten, by name.
        variables: those that stand for attributes, with the attribute's own name.
    """

    file: SourceFile
    instances: dict[str, Instance]
    named: Callable[[str], str]
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    _names: dict[tuple[str, str], str] = field(default_factory=dict)
    _bound: dict[str, ast.Name] = field(default_factory=dict)

    def rewrite(self, root: Any, seen: Mapping[str, str]) -> Any:
        """A copy of syntax without attributes of objects.

        Args:
            seen: the names that stand for objects there, with what they are called.
        Raises:
            Refused: BG010 where an object is used as a value.
        """
        new = rewritten(root, lambda node: self._change(node, seen))
        for node in ast.walk(new):
            match node:
                case ast.Name(id=name) if name in seen:
                    message = f"the object `{name}` is used as a value"
                    hint = "only its attributes and methods can be followed"
                    raise self.file.error("BG010", message, node, hint)
        return new

    def _change(self, node: ast.AST, seen: Mapping[str, str]) -> ast.AST:
        match node:
            case ast.Call(func=func, args=args, keywords=keywords):
                path = self._path(func, seen)
                if path is None:
                    return node
                called = read_as(self._method(path, "__call__", func), func)
                return at(node, ast.Call(called, args, keywords))
            case ast.Attribute(value=value, attr=attribute, ctx=ctx):
                path = self._path(value, seen)
                if path is None or f"{path}.{attribute}" in self.instances:
                    return node
                instance = self.instances[path]
                if attribute in instance.source.methods:
                    return read_as(self._method(path, attribute, node), node)
                variable = instance.variable(attribute)
                self.variables[variable] = attribute
                return at(node, ast.Name(variable, ctx))
            case _:
                return node

    def _path(self, node: ast.AST, seen: Mapping[str, str]) -> str | None:
        """What the object that an expression stands for is called, if it is one."""
        match node:
            case ast.Name(id=name):
                return seen.get(name)
            case ast.Attribute(value=value, attr=attribute):
                outer = self._path(value, seen)
                path = f"{outer}.{attribute}"
                return path if outer is not None and path in self.instances else None
            case _:
                return None

    def _method(self, path: str, name: str, node: ast.AST) -> str:
        """The function that a method becomes."""
        source = self.instances[path].source
        if (path, name) in self._names:
            return self._names[path, name]
        method = source.methods.get(name)
        assert isinstance(node, ast.expr)
        if method is None:
            self._refuse(f"`{source.name}` has no method `{name}`", node)
        if method.decorator_list and not is_static(method):
            text = ast.unparse(method.decorator_list[0])
            message = f"decorator `@{text}` may change what the method computes"
            raise self.file.error("BG017", message, method.decorator_list[0])
        called = self.named(_function_name(path, name))
        self._names[path, name] = called
        self.functions[called] = self._function(path, method, called)
        return called

    def _function(
        self, path: str, method: ast.FunctionDef, called: str
    ) -> ast.FunctionDef:
        """A method without its first parameter."""
        for param, default in defaults_of(method.args):
            change = change_of(self.file.tree.body, param, method.body)
            if is_made(default) and change is not None:
                message = f"the default of `{param}` may be changed in place"
                self._refuse(message, default, "it is one object for all calls")
        own = own_name(method)
        new: ast.FunctionDef = self.rewrite(headless(method), {own: path})
        new.name, new.decorator_list = called, []
        self._keep_local(new)
        return new

    def _keep_local(self, function: ast.FunctionDef) -> None:
        """The attributes that a method binds are variables of its own.

        Raises:
            Refused: BG010 where it reads one of them before.
        """
        bound = {n.id: n for n in names_in(function.body) if not _is_read(n)}
        stored = {name: node for name, node in bound.items() if name in self.variables}
        early = reads_before(function.body, stored, lambda _: ())
        for name, node in stored.items():
            if name in early:
                self._refuse_state(name, node)
        taken = {n.id for n in names_in(function.body)} | {
            a.arg for a in ast.walk(function.args) if isinstance(a, ast.arg)
        }
        for name in stored:
            wish = self.variables[name]
            while wish in taken:
                wish = f"own_{wish}"
            taken.add(wish)
            for node in names_in(function.body):
                if node.id == name:
                    node.id = wish
        self._bound.update(stored)

    def check_state(self, body: list[ast.stmt]) -> None:
        """What a method leaves in an attribute may not be read outside of it.

        Raises:
            Refused: BG010 where it is.
        """
        every = [*body, *self.functions.values()]
        read = {n.id for n in names_in(every) if n.id in self._bound}
        for name in read:
            self._refuse_state(name, self._bound[name])

    def _refuse_state(self, name: str, node: ast.expr) -> NoReturn:
        message = f"`{self.variables[name]}` is handed from one call to another here"
        self._refuse(message, node, "return it, and pass it on as an argument")

    def _refuse(
        self, message: str, node: ast.expr, hint: str | None = None
    ) -> NoReturn:
        raise self.file.error("BG010", message, node, hint)


def _function_name(path: str, method: str) -> str:
    """`layer_forward` for `self.layer.forward`, `layer` for a call of `self.layer`."""
    parts = [part for part in path.split(".") if part != "self"]
    return "_".join([*parts, *([method] if method != "__call__" else [])]) or "call"


def headless(method: ast.FunctionDef) -> ast.FunctionDef:
    """A method without the parameter for its object."""
    new = copy.copy(method)
    if is_static(method):
        return new
    new.args = copy.copy(method.args)
    if method.args.posonlyargs:
        new.args.posonlyargs = method.args.posonlyargs[1:]
    else:
        new.args.args = method.args.args[1:]
    return new


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def reads_before(
    body: list[ast.stmt],
    wanted: Mapping[str, object],
    called: Callable[[str], Any],
) -> set[str]:
    """The variables that are, or may be, read before they are bound.

    Args:
        wanted: the variables.
        called: what a function of that name reads.
    """
    certain: set[str] = set()
    found: set[str] = set()
    for statement in body:
        if isinstance(statement, _HIDDEN):
            continue
        read: set[str] = set()
        bound: set[str] = set()
        for node in names_in([statement]):
            if isinstance(node.ctx, ast.Load):
                read |= {node.id, *called(node.id)}
            else:
                bound.add(node.id)
        if isinstance(statement, ast.AugAssign) or not isinstance(
            statement, ast.Assign | ast.AnnAssign
        ):
            read |= bound  # it may keep the value that it had
            bound = set()
        found |= (read - certain) & wanted.keys()
        certain |= bound
    return found
