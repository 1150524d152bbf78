"""Calls of functions that are known: their bodies for these arguments."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable
from itertools import chain

from ..desugar.hoisting import Piece
from ..desugar.jumps import falls, returns_in, without_jumps
from ..desugar.keywords import KnownKeys, keeps_keys, table_of
from ..desugar.mapping import with_loops
from ..desugar.ordering import numpy_in
from ..desugar.plain import Plain
from ..desugar.yielding import Put, put_in
from ..source.bindings import (
    Absent,
    Chosen,
    Class,
    Item,
    Key,
    Known,
    Made,
    Object,
    Outside,
    Partial,
    Table,
    Value,
    Written,
)
from ..source.pairs import results_of
from ..syntax.added import Added, at, name, stored
from ..syntax.renaming import (
    Definition,
    Renaming,
    body_of,
    bound_in,
    defaults_of,
    free_names,
    own_names,
    parameter_names,
    rebinding,
    renamed_up_to_binding,
    return_directly,
    shifted,
    without_declarations,
)
from ..syntax.walking import stores
from .chosen import Choices
from .fitting import is_tested
from .scene import is_literal

# More statements than these are not put into a function.
_MOST_STATEMENTS = 2000
# What a function without a value gives back.
_NOTHING = "None"


class Calls(Choices, ABC):
    """Puts functions in the place of calls whose parts are rewritten already."""

    def called(
        self,
        node: ast.Call,
        known: Known,
        before: list[ast.stmt],
        args: list[ast.expr],
        keywords: list[ast.keyword],
    ) -> Piece:
        """A call of a function that is known; `before` comes before it."""
        match known:
            case Partial(known=inner, args=first, keywords=given):
                replaced = {k.arg for k in keywords}
                left = [k for k in given if k.arg not in replaced]
                every = [*first, *args]
                return self.called(node, inner, before, every, [*left, *keywords])
            case Table(kind=kind):
                self.refuse("BG012", f"a {kind} of functions cannot be called", node)
            case Class():
                return self.constructed(node, known, before, args, keywords)
            case Object() | Value():
                self.refuse("BG012", "this is no function", node)
            case Absent():
                self.refuse("BG012", "this is `None`, and no function", node)
            case Chosen():
                return self.chosen(node, known, before, args, keywords)
            case Made(call=made):
                piece = self.outside(made, node)
                assert piece.known is not None
                before += piece.before
                return self.called(node, piece.known, before, args, keywords)
            case Outside(func=func):
                call = at(node, ast.Call(func, args, keywords))
                return Piece(tuple(before), call)
            case Written():
                listed = self.unpacked(node, known, before, args)
                keywords = self.spread(known, len(listed), keywords)
                if self.is_called(known, [*listed, *(k.value for k in keywords)]):
                    return self._kept_call(node, known, before, listed, keywords)
                return self.inlined(node, known, before, listed, keywords)

    @abstractmethod
    def outside(self, call: ast.Call, node: ast.expr) -> Piece:
        """What a call outside of the function made."""

    @abstractmethod
    def constructed(
        self,
        node: ast.Call,
        of: Class,
        before: list[ast.stmt],
        args: list[ast.expr],
        keywords: list[ast.keyword],
    ) -> Piece:
        """A new object: what its constructor does."""

    def is_called(self, written: Written, values: Iterable[ast.expr]) -> bool:
        """Whether a function stays a function of its own."""
        if written.defaults or (self.pairs is None and not self.host.looking):
            return False
        takes_function = any(
            self.function(value) is not None or self.is_absent(value)
            for value in chain(values, (d for _, d in defaults_of(written.node.args)))
        )
        if written.gradient is not None and self.pairs is not None:
            self._check_given(written, takes_function)
            return True
        if takes_function or self._is_closure(written):
            return False
        recursive = self.functions.is_recursive(written)
        if self.pairs is None:
            return recursive  # it is only looked at, and has no end
        calls = self.host.file.syntax.sites[written.name]
        return self.pairs.are_wanted(written, calls, recursive)

    def _check_given(self, written: Written, takes_function: bool) -> None:
        """Refuse what a function whose gradient the user wrote cannot do."""
        assert self.pairs is not None
        assert isinstance(written.node, ast.FunctionDef)
        message = ""
        if takes_function:
            message = "cannot be given a function"
        elif written.key in self.pairs.excluded:
            message = "must not write to what it is given"
        elif results_of(written.node) is None:
            message = "has to return the same number of values at each `return`"
        if message:
            message = f"`{written.name}`, whose gradient is written by hand, {message}"
            self.refuse("BG023", message, written.node)

    def _is_closure(self, written: Written) -> bool:
        """Whether a function, or one that it calls, reads variables of its caller."""
        local = self.functions.local
        every = [written, *self.functions.called_by(written)]
        return any(name in local for one in every for name in free_names(one.node))

    def _kept_call(
        self,
        call: ast.Call,
        written: Written,
        before: list[ast.stmt],
        args: list[ast.expr],
        keywords: list[ast.keyword],
    ) -> Piece:
        """A call of a function of its own, with all arguments in their order."""
        fit = self.fitting(call, written, args, keywords)
        values = [*args, *(keyword.value for keyword in keywords)]
        if keywords:
            # they are put in another order
            values = [
                value if isinstance(value, ast.Name) else self.kept(value, before)
                for value in values
            ]
        by_name = {param: values[place] for param, place in fit.given}
        by_name |= dict(fit.defaults)
        ordered = [
            self._listed(param, by_name[param], before)
            for param in parameter_names(written.node.args)
        ]
        word = self.functions.of_pair(written)
        made = at(call, ast.Call(name(word, call), ordered, []))
        assert isinstance(written.node, ast.FunctionDef)
        count = results_of(written.node)
        words = [
            self.fresh(f"{written.name}_out", "", _Local()) for _ in range(count or 1)
        ]
        if count == 1:
            held = at(call, Added([stored(words[0], call)], made))
            return Piece((*before, held), name(words[0], call))
        targets = at(call, ast.Tuple([stored(w, call) for w in words], ast.Store()))
        held = at(call, Added([targets], made))
        items = at(call, ast.Tuple([name(w, call) for w in words], ast.Load()))
        return Piece((*before, held), items)

    # -- bodies

    def _listed(self, param: str, value: ast.expr, before: list[ast.stmt]) -> ast.expr:
        """An argument by a name where it is a display: its gradient has a place then,
        from which it goes to the items."""
        if not isinstance(value, ast.List | ast.Tuple):
            return value
        word = self.fresh(param, "given", value)
        before.append(at(value, Added([stored(word, value)], value)))
        return name(word, value)

    def inlined(
        self,
        call: ast.Call,
        written: Written,
        before: list[ast.stmt],
        args: list[ast.expr],
        keywords: list[ast.keyword],
        put: Put | None = None,
    ) -> Piece:
        """The statements of a function for one call, and what it returns.

        Args:
            put: what is done with each value of a generator.
        """
        self._check(call, written, put is None)
        fit = self.fitting(call, written, args, keywords)
        copied = self._copy(call, written.node)
        return_directly(copied)
        values = [*args, *(keyword.value for keyword in keywords)]
        pairs = [(param, values[place]) for param, place in fit.given]
        pairs += [(p, written.defaults.get(p, d)) for p, d in fit.defaults]
        new, bound = self._parameters(copied, written.name, pairs)
        whole: list[ast.stmt] = []
        if copied.args.vararg:
            rest = [values[place] for place in fit.rest]
            items, whole = self._rest(copied, written.name, rest, new)
            bound += items
        if extra := copied.args.kwarg:
            word = self.fresh(extra.arg, written.name, _Local())
            new[extra.arg] = name(word, extra)
            pairs = [(key, values[place]) for key, place in fit.extra]
            made = table_of(word, pairs, extra)
            whole.append(made)
            if keeps_keys(made, body_of(copied), extra.arg):
                keys = self.keys[word] = [key for key, _ in pairs]
                KnownKeys(extra.arg, keys).visit(copied)
        # what nothing reads may have one name everywhere
        blank = set[str]() if self.host.file.reads_blank else {"_"}
        own = {
            word: self.fresh(word, written.name, _Local())
            for word in sorted(own_names(copied) - new.keys() - blank)
        }
        new.update((word, name(made, call)) for word, made in own.items())
        Renaming(new).body(copied)
        without_declarations(copied)
        if put is not None:
            put_in(copied, put, lambda: self.fresh("item", written.name, _Local()))
        body = self._body(written, copied, own.values())
        result: ast.expr = at(call, ast.Constant(None))
        if body and isinstance(body[-1], ast.Return):
            last = body.pop()
            assert isinstance(last, ast.Return)
            assert last.value is not None
            if not isinstance(last.value, ast.Name) or last.value.id != _NOTHING:
                result = last.value
        if whole and _is_read(whole, [*body, result]):
            bound += whole
        return Piece((*before, *bound, *body), result, self.function(result))

    def _check(self, call: ast.Call, written: Written, plain: bool) -> None:
        node = written.node
        if written.key in self.active:
            message = f"`{written.name}` calls itself, and cannot be called as such"
            hint = (
                "write it as a loop, or outside of the function: one that is given what"
                " it reads, changes nothing of it, and returns numbers or arrays"
            )
            self.refuse("BG012", message, call, hint)
        if written.doubtful is not None:
            text = ast.unparse(written.doubtful)
            message = f"decorator `@{text}` may change what the function computes"
            self.refuse("BG017", message, written.doubtful)
        if written.cached is not None and self.pairs is not None:
            message = "a cache gives all callers the same object"
            hint = "remove the decorator, or return numbers and arrays only"
            self.refuse("BG017", message, written.cached, hint)
        if outer := rebinding(node, self.functions.local):
            message = "writing to outer names is not supported"
            self.refuse("BG010", message, outer, "pass the value in")
        for inner in ast.walk(node):
            match inner:
                case ast.Yield() | ast.YieldFrom() if plain:
                    message = "a generator is supported where all its items are taken"
                    hint = "loop over it, or write `list(...)` around the call"
                    self.refuse("BG010", message, call, hint)
                case ast.Await():
                    self.refuse("BG010", "`async` is not supported", inner)

    def _copy(self, call: ast.Call, node: Definition) -> Definition:
        """The definition on lines of its own, which say where it is called."""
        end = self.host.file.end
        first, last = node.lineno, node.end_lineno or node.lineno
        place = self.host.file.place(call)
        self.host.file = self.host.file.with_call(first, last, place)
        return shifted(node, end + 1 - first)

    def _parameters(
        self,
        node: Definition,
        prefix: str,
        pairs: Iterable[tuple[str, ast.expr]],
    ) -> tuple[dict[str, ast.expr], list[ast.stmt]]:
        """What parameters become, and the statements that bind those that get names.

        A name as argument is used itself up to where the parameter is bound again,
        unless it could be read when that name has another value.
        """
        again = set(bound_in(node))
        inside = any(
            isinstance(inner, ast.FunctionDef | ast.Lambda)
            for inner in ast.walk(node)
            if inner is not node
        )
        new: dict[str, ast.expr] = {}
        bound: list[ast.stmt] = []
        for param, value in pairs:
            named = isinstance(value, ast.Name) and value.id not in self.moving
            variable = named and not inside
            if param not in again and (variable or is_literal(value)):
                new[param] = value
                continue
            word = self.fresh(param, prefix, _Local())
            new[param] = name(word, value)
            if self.is_absent(value):
                self.bind(word, Absent())
                continue
            if param not in again:
                self.steady.add(word)
            kept = variable or is_tested(node, param)
            if kept and (given := renamed_up_to_binding(node, param)):
                new[given] = value if variable else self.kept(value, bound)
            else:
                bound += self.held(word, value)
        return new, bound

    def _rest(
        self,
        node: Definition,
        prefix: str,
        values: list[ast.expr],
        new: dict[str, ast.expr],
    ) -> tuple[list[ast.stmt], list[ast.stmt]]:
        """Names for the values of `*args`, and the tuple that it is of them."""
        assert node.args.vararg is not None
        param = node.args.vararg.arg
        bound: list[ast.stmt] = []
        items: list[ast.expr] = []
        for value in values:
            if not isinstance(value, ast.Name) and not is_literal(value):
                word = self.fresh("item", prefix, _Local())
                bound += self.held(word, value)
                value = name(word, value)
            items.append(value)
        word = self.fresh(param, prefix, _Local())
        new[param] = name(word, node.args.vararg)
        known = [self.function(item) for item in items]
        if any(known):
            pairs = zip(known, items, strict=True)
            held: dict[Key, Item] = dict(enumerate(k or i for k, i in pairs))
            self.bind(word, Table("tuple", held))
            self.tuples[word] = items
            return bound, []
        whole = ast.Tuple(items, ast.Load())
        place = values[0] if values else node.args.vararg
        target = stored(word, place)
        if param not in set(bound_in(node)):
            self.tuples[word] = items
        return bound, [at(place, Added([target], at(place, whole)))]

    def _body(
        self, written: Written, node: Definition, own: Iterable[str]
    ) -> list[ast.stmt]:
        """The statements of a copied function, with a `return` at the end at most.

        Args:
            own: the names that stand for its own ones.
        """
        nodes = _with_value(body_of(node))
        self.added += sum(isinstance(n, ast.stmt) for s in nodes for n in ast.walk(s))
        if self.added > _MOST_STATEMENTS:
            message = "with the functions that are called, this is too long"
            self.refuse("BG007", message, node, "call them less often: in loops")
        inner = {n.id for s in nodes for n in ast.walk(s) if isinstance(n, ast.Name)}
        self.used |= inner
        path_of = self.functions.path_of
        rewriter = Plain(self.names, self.refuse, self.builtin, path_of, self.used)
        host = self.names, self.builtin, path_of, self.refuse
        scope, local = self.functions.scope, self.local
        nodes = with_loops(nodes, *host, lambda: numpy_in(scope, self.names, local))
        plain = rewriter.block(nodes)
        bound = Counter(stores(plain))
        self.note(plain, [word for word in own if bound[word] == 1])
        self.active.append(written.key)
        self.around.append(plain)
        known = dict(self.known)
        nodes = self.block(plain)
        if id(plain) in self.giving and len(returns_in(nodes)) > 1:
            # once more, with one name for all the objects that are given back
            self.merging.add(id(plain))
            self.known = known
            nodes = self.block(plain)
        self.giving.discard(id(plain))
        self.merging.discard(id(plain))
        self.around.pop()
        self.active.pop()
        return without_jumps(nodes, self.names, self.refuse, f"{written.name}_out")


def _is_read(whole: list[ast.stmt], nodes: Iterable[ast.AST]) -> bool:
    """Whether anything reads the tuple that is bound; `f(*args)` does not."""
    match whole:
        case [ast.Assign(targets=[ast.Name(id=word)])]:
            read = (n for node in nodes for n in ast.walk(node))
            return any(isinstance(n, ast.Name) and n.id == word for n in read)
        case _:
            return True


class _Local(ast.AST):
    """Stands for a local name of a function at one call."""


def _with_value(nodes: list[ast.stmt]) -> list[ast.stmt]:
    """Statements whose `return`s, if all are bare, give back one and the same name."""
    returns = [n for s in nodes for n in ast.walk(s) if isinstance(n, ast.Return)]
    if not returns or any(node.value for node in returns):
        return nodes
    for node in returns:
        node.value = name(_NOTHING, node)
    if falls(nodes):
        last = nodes[-1]
        nodes = [*nodes, at(last, ast.Return(name(_NOTHING, last)))]
    return nodes
