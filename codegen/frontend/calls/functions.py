"""What functions the names outside of a function stand for, here or in files beside."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from types import FunctionType
from typing import NoReturn

from ...errors import UsageError
from ...rules import lookup
from ...text.decorators import cache_of, doubtful, is_manager
from ...text.handwritten import Beside, NotUnderstood, understood
from ..desugar.jumps import Refuse
from ..parameters.annotations import is_typed_dict
from ..source.bindings import Class, Given, Known, Outside, Written
from ..source.changing import attributes_bound, change_of
from ..source.classes import read_class
from ..source.live import inspect_function, place_of, with_defaults
from ..source.live_classes import own_classes, scope_of, source_of
from ..source.neighbours import INSTALLED, Host, Neighbours, below, raised
from ..source.outer import Outer
from ..source.scope import (
    Binding,
    Called,
    Global,
    Member,
    Module,
    Other,
    Own,
    Scope,
    path_in,
)
from ..syntax.added import Names, at
from ..syntax.renaming import Definition, Renaming, defaults_of, free_names, shifted

NO_ARGUMENTS = ast.arguments([], [], None, [], [], None, [])
# Whether functions that are long, or that call themselves, get passes of their own.
PAIRS = True


class Functions:
    """Finds functions, and gives names to what other files' names stand for.

    Attributes:
        aliases: what names stand for that are not those of the file.
    """

    def __init__(
        self,
        host: Host,
        scope: Scope,
        names: Names,
        local: Container[str],
        refuse: Refuse,
    ) -> None:
        self.host, self.scope, self.names = host, scope, names
        self.local, self.refuse = local, refuse
        self.aliases: dict[str, Binding] = {}
        self._neighbours = Neighbours(host)
        self._homes: dict[str, Scope] = {}
        self._final: dict[tuple[int, str], str] = {}
        self._written: dict[int, Written] = {}
        self._classes: dict[int, Class] = {}
        # by the ids of what they stand in, attributes that are bound there
        self._bound: dict[tuple[int, int], frozenset[str]] = {}
        # with what they are, so that ids stay their own
        self._kept: list[object] = []

    # -- what names stand for

    def adopt(self, names: Iterable[str]) -> None:
        """Give names of the function itself what modules beside define under them."""
        for name in names:
            binding = self.scope.bindings.get(name)
            found, home = self._neighbours.resolved(binding, self.scope)
            if home is self.scope or isinstance(found, Own):
                continue
            if not isinstance(found, Global) or not self._is_held(found, home):
                self.aliases[name] = self._finished(found, home)

    def named(self, name: str, at: ast.expr) -> Known | None:
        """The function that a name from outside stands for."""
        home = self._homes.get(name, self.scope)
        binding = self.aliases.get(name) or home.look(name)
        return self._function(name, binding, home, at)

    def path_of(self, node: ast.expr) -> str | None:
        """The full path of a dotted name that stands for something outside."""
        return path_in(node, self._outside)

    def _outside(self, name: str) -> Binding | None:
        if name in self.local:
            return None
        return self.aliases.get(name) or self.scope.look(name)

    def member(self, node: ast.Attribute) -> Known | ast.Name | None:
        """What `module.name` stands for, of a module beside."""
        match node.value:
            case ast.Name(id=word) if word not in self.local:
                home = self._homes.get(word, self.scope)
                binding = self.aliases.get(word) or home.look(word)
                module = self._neighbours.of_name(binding, home)
            case _:
                module = None
        if module is None:
            return None
        found = module.bindings.get(node.attr)
        known = self._function(node.attr, found, module, node)
        if known is not None:
            return known
        final = self.final(node.attr, module, node)
        return ast.copy_location(ast.Name(final, ast.Load()), node)

    def _function(
        self, name: str, binding: Binding | None, home: Scope, at: ast.expr
    ) -> Known | None:
        found, home = self._neighbours.resolved(binding, home)
        match found:
            case Own(at=ast.FunctionDef() as node):
                return self._made(node.name, node, id(node), home)
            case Own(at=ast.ClassDef() as node):
                return self._class(node, home)
            case Own(function=FunctionType() as function):
                return self._live(name, function, at)
            case Own(function=type() as cls):
                return self.live_class(cls)
            case Global(value=ast.Lambda() as node):
                return self._made(name, node, id(node), home)
            case Global(value=ast.Name(id=other)) if other != name:
                return self._function(other, home.look(other), home, at)
            case Global(value=ast.Attribute() as node):
                return self._outside_function(node, home, at)
            case Global(value=ast.Call() as node):
                return self._outer(home, at).value(node)
            case Global(value=ast.List() | ast.Tuple() | ast.Dict() as node):
                names = (n for n, same in home.bindings.items() if same is found)
                if any(change_of(home.body, one) for one in names):
                    return None
                return self._outer(home, at).value(node)
            case _:
                return None

    def _is_held(self, found: Global, home: Scope) -> bool:
        """Whether a constant of another module may hold functions."""
        kinds = (ast.List, ast.Tuple, ast.Dict, ast.Call)
        if not isinstance(found.value, kinds):
            return False
        return self._outer(home, found.value).value(found.value) is not None

    def _outer(self, home: Scope, at: ast.expr) -> Outer:
        """Reads what is bound outside of the functions of a scope."""

        def known(node: ast.expr) -> Known | None:
            match node:
                case ast.Name(id=word):
                    found = self._function(word, home.look(word), home, at)
                    return found or self._outside_function(node, home, at)
                case ast.Attribute():
                    return self._outside_function(node, home, at)
                case ast.Lambda():
                    return self._made("inner", node, id(node), home)
                case _:
                    return None

        return Outer(
            known, lambda n: path_in(n, home.look), lambda n: self._moved(n, home, at)
        )

    def _outside_function(
        self, node: ast.expr, home: Scope, at: ast.expr
    ) -> Outside | None:
        path = path_in(node, home.look)
        if path is None or not is_function(path):
            return None
        return Outside(self._moved(node, home, at))

    def _moved(self, value: ast.expr, home: Scope, at: ast.expr) -> ast.expr:
        """An expression of a scope by names that mean the same here."""
        inner = free_names(ast.Lambda(NO_ARGUMENTS, value))
        finals = {n: self.final(n, home, at) for n in sorted(inner)}
        new: dict[str, ast.expr] = {
            n: ast.Name(final, ast.Load()) for n, final in finals.items() if n != final
        }
        moved: ast.expr = Renaming(new).visit(shifted(value, 0))
        return moved if home is self.scope else _Members(self).visit(moved)

    def _class(self, node: ast.ClassDef, home: Scope) -> Class:
        key = id(node)
        if key not in self._classes:
            self._classes[key] = Class(read_class(self.host.file, node, home), home)
        return self._classes[key]

    def live_class(self, cls: type) -> Class:
        """A class that the caller holds."""
        key = id(cls)
        if key not in self._classes:
            nodes: list[ast.ClassDef] = []
            for one in own_classes(cls):
                file = source_of(one, self.host.file.filename)
                below(self.host, file)
                nodes += [n for n in file.tree.body if isinstance(n, ast.ClassDef)]
            scope = scope_of(cls, nodes)
            made = Class(read_class(self.host.file, nodes[-1], scope), scope)
            self._classes[key] = self._classes[id(nodes[-1])] = made
        return self._classes[key]

    def noted(self, note: ast.expr | None) -> Class | None:
        """The class of the user's own that an annotation names."""
        match note:
            case ast.Constant(value=str(text)) | ast.Name(id=text):
                pass
            case _:
                return None
        binding = self.scope.bindings.get(text)
        found, home = self._neighbours.resolved(binding, self.scope)
        match found:
            case Own(at=ast.ClassDef() as node) if not is_typed_dict(node):
                return self._class(node, home)
            case _:
                return None

    def rebinds(self, attribute: str) -> bool:
        """Whether anything but constructors may bind an attribute of that name."""
        homes = [self.scope, *(of.home for of in self._classes.values())]
        bodies: list[Sequence[ast.AST]] = [home.body for home in homes]
        bodies += [[of.source.node] for of in self._classes.values()]
        bodies += [[written.node] for written in self._written.values()]
        for body in bodies:
            key = id(body[0]) if body else 0, len(body)
            if key not in self._bound:
                self._kept.append(body)
                self._bound[key] = attributes_bound(body)
        return any(attribute in found for found in self._bound.values())

    def method(self, of: Class, node: ast.FunctionDef, label: str) -> Written:
        """A method as a function, by names that mean the same where it is called.

        Args:
            label: what its object is called.
        """
        parts = [label, *([node.name] if not node.name.startswith("__") else [])]
        made = self._made(node.name, node, id(node), of.home)
        return replace(made, name="_".join(filter(None, parts)) or "call")

    def constant(self, of: Class, value: ast.expr) -> ast.expr:
        """What a class binds in its body."""
        return self._moved(value, of.home, value)

    def _live(
        self, name: str, function: FunctionType, at: ast.stmt | ast.expr
    ) -> Written:
        key = id(function)
        if key not in self._written:
            try:
                live = inspect_function(function)
            except UsageError as error:
                self.refuse("BG012", f"`{name}` cannot be read: {error.message}", at)
            below(self.host, live.file, live.node)
            live.scope.bindings.update(with_defaults(live.node, function))
            self._kept.append(live)
            for read in live.arrays:
                word = self.scope.outer[place_of(function, read)]
                self._final[id(live.scope), read] = word
            self._made(live.node.name, live.node, key, live.scope)
        return self._written[key]

    def _made(self, name: str, node: Definition, key: int, home: Scope) -> Written:
        """A function, by names that mean the same where it is called."""
        if key not in self._written:
            if isinstance(node, ast.FunctionDef):
                node = raised(self.host, node, home, key)
            outer = [default for _, default in defaults_of(node.args)]
            read = {n.id for d in outer for n in ast.walk(d) if isinstance(n, ast.Name)}
            names = sorted(free_names(node) | read)
            finals = {free: self.final(free, home, node) for free in names}
            moved = {free: final for free, final in finals.items() if free != final}
            if moved:
                self._kept.append(node)
                node = shifted(node, 0)
                new = {
                    free: ast.Name(final, ast.Load()) for free, final in moved.items()
                }
                renaming = Renaming(new)
                renaming.body(node)
                renaming.defaults(node.args)
            made = Written(name, node, key)
            if isinstance(node, ast.FunctionDef):

                def path_of(mark: ast.expr) -> str | None:
                    return path_in(mark, home.look)

                mark, cached = doubtful(node, path_of), cache_of(node, path_of)
                manages = is_manager(node, path_of)
                made = replace(made, doubtful=mark, cached=cached, manages=manages)
                made = replace(made, gradient=self.given(node, home))
            self._written[key] = made
        return self._written[key]

    def given(self, node: ast.FunctionDef, home: Scope) -> Given | None:
        """The gradient that the user wrote for a function of a scope.

        Raises:
            Refused: BG023 where it is not certain how it is called.
        """
        if home.misread is not None:
            self._not_understood(home.misread)
        backward: Written | None = None
        forward: Written | None = None
        if node.name in home.ruled:
            ruled = home.ruled[node.name]
            backward = self._live(ruled.backward.__name__, ruled.backward, node)
            if ruled.forward is not None:
                forward = self._live(ruled.forward.__name__, ruled.forward, node)
            compared = ruled.compared
        elif node.name in home.gradients:
            beside = home.gradients[node.name]
            backward = self._beside(beside.backward, home)
            if beside.forward is not None:
                forward = self._beside(beside.forward, home)
            compared = beside.compared
        if backward is None:
            return None
        for part in (backward, forward):
            if part is not None and part.doubtful is not None:
                text = ast.unparse(part.doubtful)
                message = f"decorator `@{text}` may change what the function computes"
                self.refuse("BG017", message, part.doubtful)
        assert isinstance(backward.node, ast.FunctionDef)
        first = forward.node if forward else None
        assert first is None or isinstance(first, ast.FunctionDef)
        try:
            means = understood(node, Beside(backward.node, first, compared))
        except NotUnderstood as error:
            self._not_understood(error)
        return Given(means, backward, forward if means.cache else None)

    def _beside(self, node: ast.FunctionDef, home: Scope) -> Written:
        return self._made(node.name, node, id(node), home)

    def _not_understood(self, error: NotUnderstood) -> NoReturn:
        self.refuse("BG023", error.message, error.node, error.hint)

    def of_pair(self, written: Written) -> str:
        """A name for a function that has passes of its own."""
        for word, binding in self.aliases.items():
            if isinstance(binding, Called) and binding.written is written:
                return word
        word = self.names.fresh(written.name, _Key())
        self.aliases[word] = Called("a function with passes of its own", None, written)
        return word

    def is_recursive(self, written: Written) -> bool:
        """Whether a function may come to call itself."""
        return any(called.key == written.key for called in self.called_by(written))

    def called_by(self, written: Written) -> Iterator[Written]:
        """The functions that a function may call, however indirectly."""
        seen: set[int] = set()
        waiting = [written]
        while waiting:
            node = waiting.pop().node
            for name in sorted(free_names(node)):
                if name in self.local:
                    continue
                found = self.named(name, at(node, ast.Name(name)))
                if isinstance(found, Written) and found.key not in seen:
                    seen.add(found.key)
                    waiting.append(found)
                    yield found

    # -- names

    def final(self, name: str, home: Scope, at: ast.stmt | ast.expr) -> str:
        """A name that means, where a function is called, what `name` means in the
        scope of its definition."""
        key = id(home), name
        if key not in self._final:
            self._final[key] = self._chosen(name, home, at)
        return self._final[key]

    def _chosen(self, name: str, home: Scope, at: ast.stmt | ast.expr) -> str:
        binding = home.look(name)
        if home is self.scope and name not in self.local:
            return name
        if binding is None or binding == Member(f"builtins.{name}"):
            if name not in self.local and self.scope.look(name) == binding:
                return name
            message = f"`{name}` stands for something else where this is called"
            self.refuse("BG013", message, at, "give one of them another name")
        if _is_installed(binding):
            for other, same in self.scope.bindings.items():
                if same == binding and other not in self.local:
                    return other
        alias = self.names.fresh(name, _Key())
        self._homes[alias] = home
        self.aliases[alias] = Other(f"`{name}` cannot be used here")
        self.aliases[alias] = self._finished(binding, home)
        if home is not self.scope and _is_installed(binding):
            # so that the written module can spell it like that too
            self.scope.bindings.setdefault(alias, binding)
        return alias

    def _finished(self, binding: Binding, home: Scope) -> Binding:
        """A binding whose value reads names that mean the same here."""
        found, home = self._neighbours.resolved(binding, home)
        if not isinstance(found, Global) or home is self.scope:
            return binding if isinstance(found, Own) else found
        if isinstance(found.value, ast.Lambda) or self._is_held(found, home):
            return binding
        value = shifted(found.value, 0)
        return replace(found, value=self._moved(value, home, found.value))


class _Members(ast.NodeTransformer):
    """Puts names in the place of `module.name`."""

    def __init__(self, functions: Functions) -> None:
        self.functions = functions

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        found = self.functions.member(node)
        return found if isinstance(found, ast.Name) else node


def _is_installed(binding: Binding) -> bool:
    match binding:
        case Module(path) | Member(path):
            return path.partition(".")[0] in INSTALLED
        case _:
            return False


def is_function(path: str) -> bool:
    """Whether a path stands for a function that has a rule."""
    return lookup.known(path) or lookup.array_rule(path) is not None


class _Key(ast.AST):
    """Stands for what a name is given to."""
