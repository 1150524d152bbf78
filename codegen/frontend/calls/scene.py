"""The function that functions are put into, while they are."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence

from ...text.decorators import doubtful
from ..desugar.displays import displays_in
from ..desugar.hoisting import Order, Piece
from ..desugar.jumps import Refuse
from ..desugar.keywords import keys_in
from ..source.bindings import Absent, Around, Known, Object, Written
from ..source.neighbours import Host
from ..source.pairs import Pairs
from ..syntax.added import Added, Names, at, name, stored
from ..syntax.renaming import Definition, defaults_of, nonlocal_names
from ..syntax.slices import constant_slice
from .functions import Functions


class Scene(ABC):
    """What is known of one function, and of those that are put into it.

    Args:
        host: gets the lines of the functions that are called.
        names: fresh names.
        functions: what the names outside stand for.
        local: the names that the function binds; grows with what is put into it.
        builtin: whether a name stands for the builtin of that name.
        active: the function itself, by its key.
        pairs: the functions that are called; None where none is.
    """

    def __init__(
        self,
        host: Host,
        names: Names,
        functions: Functions,
        local: set[str],
        builtin: Callable[[str], bool],
        refuse: Refuse,
        active: int,
        pairs: Pairs | None = None,
    ) -> None:
        self.host, self.names, self.functions = host, names, functions
        self.local, self.builtin, self.refuse = local, builtin, refuse
        self.active, self.pairs = [active], pairs
        self.order = Order(names, functions.path_of)
        # the functions that local names stand for, at the present point
        self.known: dict[str, Known] = {}
        # all names that stand for a function anywhere
        self.defined: set[str] = set()
        # those that are None on one way to a point, and something else on another one
        self.optional: set[str] = set()
        self.tuples: dict[str, list[ast.expr]] = {}
        # the keys of dicts that are bound once and get no others
        self.keys: dict[str, list[str]] = {}
        # how many items tuples and lists have that are bound once and get no others
        self.counts: dict[str, int] = {}
        # the functions that are being read, innermost last
        self.around: list[Sequence[ast.stmt]] = []
        # local names that are bound once and for all
        self.steady: set[str] = set()
        # those that functions inside bind again, by `nonlocal`, and the variables of
        # attributes that may be
        self.moving: set[str] = set()
        self.used = {*local}
        self.added = 0
        # attributes of objects: those that are values, those that were bound since it
        # was asked, and the variables that stand for them
        self.bound: dict[str, None] = {}
        self.changed: set[str] = set()
        # those that are None or a tuple somewhere, and the variables that are read
        # where it is not certain what they are
        self.spared: set[str] = set()
        self.asked: set[str] = set()
        self.made: set[str] = set()
        # objects of names that are bound several times, and the classes of those that
        # are copied or changed
        self.slots: dict[str, Object] = {}
        self.copied: set[str] = set()
        self.altered: set[str] = set()
        self.begun: list[Object] = []
        # functions that give back objects, and those of them that do in several places,
        # by the ids of their statements
        self.giving: set[int] = set()
        self.merging: set[int] = set()
        self.scenery = Around()
        # names that are bound once, to an integer or text
        self.literals: dict[str, ast.expr] = {}
        # lists and dicts that nothing was put into yet, with their kinds
        self.empty: dict[str, str] = {}
        # what names made from the next object start with
        self.wish = ""
        # how many branches and loops are around
        self.inside = 0

    @abstractmethod
    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """A statement without calls of functions that are known."""

    @abstractmethod
    def piece(self, node: ast.expr) -> Piece:
        """An expression without calls of functions that are known."""

    def block(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Rewrite statements that follow each other, up to a `return`."""
        out: list[ast.stmt] = []
        for node in nodes:
            out += self.statement(node)
            if out and isinstance(out[-1], ast.Return):
                break
        return out

    def note(self, nodes: Sequence[ast.stmt], steady: Iterable[str]) -> None:
        """Take note of dicts, tuples and lists whose keys, items or lengths stay.

        Args:
            steady: the names that the statements bind once.
        """
        steady = {*steady}
        self.keys.update(keys_in(nodes, steady))
        for word, display in displays_in(nodes, steady).items():
            self.counts[word] = len(display.elts)
            if isinstance(display, ast.Tuple) and all(
                is_literal(item) or (isinstance(item, ast.Name) and item.id in steady)
                for item in display.elts
            ):
                self.tuples[word] = display.elts

    def tuple_of(self, node: ast.expr) -> list[ast.expr] | None:
        """The items of `args + (x,)` and `args[1:]`, where `args` are the arguments of
        a call."""
        match node:
            case ast.Name(id=word) if word in self.tuples:
                return self.tuples[word]
            case ast.Tuple(elts=items):
                return None if any(isinstance(i, ast.Starred) for i in items) else items
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                first, second = self.tuple_of(left), self.tuple_of(right)
                if first is None or second is None:
                    return None
                return [*first, *second]
            case ast.Subscript(value=ast.Name(id=word), slice=index) if (
                word in self.tuples
            ):
                part = constant_slice(index)
                return None if part is None else self.tuples[word][part]
            case _:
                return None

    # -- names

    def bind(self, word: str, known: Known) -> None:
        self.known[word] = known
        if not isinstance(known, Absent):
            self.defined.add(word)

    def forget(self, nodes: Iterable[ast.stmt]) -> None:
        """Names that the statements bind stand for no function from here on."""
        if not self.known:
            return
        for node in nodes:
            loop = isinstance(node, ast.For | ast.While)
            for inner in ast.walk(node):
                match inner:
                    case ast.Name(id=word, ctx=ast.Store()):
                        if loop and self.known.get(word) in self.slots.values():
                            continue  # it may stand for another object there
                        if self.known.pop(word, None):
                            self.changed.add(word)
                    case ast.FunctionDef(name=word):
                        self.known.pop(word, None)

    def closure(self, word: str, node: Definition) -> tuple[list[ast.stmt], Written]:
        """A function inside of the function. Its defaults are evaluated here."""
        before: list[ast.stmt] = []
        held: dict[str, ast.expr] = {}
        for param, default in defaults_of(node.args):
            if not is_literal(default):
                kept = self.fresh(param, word, default)
                before += self.held(kept, default)
                held[param] = name(kept, default)
        mark = None
        if isinstance(node, ast.FunctionDef):
            mark = doubtful(node, self.functions.path_of, inside=True)
            self.moving |= nonlocal_names(node)
        return before, Written(word, node, id(node), held, doubtful=mark)

    def held(self, word: str, value: ast.expr) -> list[ast.stmt]:
        """Bind a name to a value, which may be a function."""
        return self.statement(at(value, Added([stored(word, value)], value)))

    def fresh(self, wish: str, prefix: str, node: ast.AST) -> str:
        word = self.names.own(wish, prefix, node)
        self.local.add(word)
        self.used.add(word)
        return word

    def kept(self, value: ast.expr, before: list[ast.stmt]) -> ast.expr:
        """A value by a name that nothing else is bound to."""
        if is_literal(value) or self.function(value) is not None:
            return value
        word = self.fresh("given", "given", value)
        before.append(at(value, Added([stored(word, value)], value)))
        return name(word, value)

    def is_absent(self, node: ast.expr) -> bool:
        """Whether a value is None for certain."""
        if isinstance(node, ast.Constant):
            return node.value is None
        return isinstance(node, ast.Name) and isinstance(self.function(node), Absent)

    def function(self, node: ast.expr) -> Known | None:
        """The function that an expression stands for, if it is known."""
        match node:
            case ast.Name(id=word):
                if word in self.known:
                    return self.known[word]
                return None if word in self.local else self.functions.named(word, node)
            case ast.Attribute():
                found = self.functions.member(node)
                return None if isinstance(found, ast.Name) else found
            case ast.Lambda():
                return Written("inner", node, id(node))
            case _:
                return None


def is_literal(node: ast.expr) -> bool:
    """Whether this is a number or a text as it is written."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return True
        case _:
            return isinstance(node, ast.Constant)
