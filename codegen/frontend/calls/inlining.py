"""Functions in the place of their calls, as syntax.

    def gate(a, b):                     s = x * math.sin(y)
        return a * math.sin(b)      =>  r = s * math.sin(x)

    s = gate(x, y)
    r = gate(s, x)

Arguments are evaluated once, in their order, before the body; parameters that are given
names, and not bound again, go by these. A function reads the variables around it as
they are when it is called. Statements of a function are no stages of their own; they
belong to the one that they are called in.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from ...text.handwritten import BACKWARD
from ..desugar.hoisting import Piece, rebuilt
from ..desugar.yielding import Resumed
from ..source.bindings import WHOLE, Absent, Around, Known, Object, Table, Value
from ..syntax.added import Added, at, name, stored, truth
from ..syntax.unread import without_spare, without_unread
from ..syntax.walking import names_in, stores
from .chosen import as_choice
from .filling import without_empty
from .given_back import changed_in_place, is_call, is_flat
from .returned import Returned
from .state import State

Parts = TypeVar("Parts")


class Inliner(Returned):
    """Rewrites the statements of one function, without comprehensions and `match`."""

    def start(self, nodes: Sequence[ast.stmt], params: Iterable[str]) -> None:
        """Take note of the function: its statements, and its parameters."""
        self.around.append(nodes)
        bound = Counter([*params, *stores(nodes)])
        self.steady.update(word for word, count in bound.items() if count == 1)
        self.note(nodes, self.steady)

    def run(
        self,
        nodes: Sequence[ast.stmt],
        params: Iterable[str],
        around: Around,
        absent: Iterable[str],
    ) -> list[ast.stmt]:
        """Rewrite the statements of the function.

        Args:
            params: its parameters.
            around: the objects that it is given.
            absent: those of its parameters that are None.
        Raises:
            Refused: for a call that cannot be followed, at the call.
        """
        self.start(nodes, params)
        for word in absent:
            self.bind(word, Absent())
        self.scenery = around
        for word, known in around.known.items():
            self.known[word] = known
            if not isinstance(known, Value | Absent):
                self.defined.add(word)
        for one in around.objects():
            self.bind(one.word, one)
        self.local.update(word + WHOLE for word in around.known)
        new = self.block(nodes)
        if self.spared:
            new = without_spare(new, self.asked)
        if around.owners:
            new = State(around, self.names, self.refuse).settled(new)
        if self.made:
            new = without_unread(new, self.made)
        new = without_empty(new, self.defined)
        if self.defined or self.optional:
            self._check_left(new)
        for inner in names_in(new):
            inner.id = inner.id.removesuffix(WHOLE)
        return new

    def _check_left(self, nodes: list[ast.stmt]) -> None:
        """Refuse functions that still stand where a value, or a call of them, does."""
        for inner in (n for node in nodes for n in ast.walk(node)):
            match inner:
                case ast.Call(func=ast.Name(id=word) as at) if word in self.defined:
                    message = f"`{word}` is not a function known at this point"
                    hint = "define it once, before it is called"
                    self.refuse("BG012", message, at, hint)
                case ast.Name(id=word, ctx=ast.Load()) if word in self.optional:
                    self.refuse("BG012", f"`{word}` may be None here", inner)
                case ast.Attribute(value=ast.Name(id=word) as base, attr=attribute) if (
                    self.is_object(base)
                ):
                    message = f"what `{word}.{attribute}` is has to be known here"
                    hint = (
                        "bind it in `__init__`, to the same kind of thing in any case"
                    )
                    self.refuse("BG012", message, inner, hint)
                case ast.Name(id=word) as at if self.is_object(at):
                    message = "which object this is has to be known"
                    hint = "call each one in the arm of an `if` that takes it"
                    self.refuse("BG012", message, at, hint)
                case ast.Name(id=word) if word in self.defined:
                    message = f"`{word}` is a function here, not a number"
                    self.refuse("BG012", message, inner)

    # -- statements

    def _arms(self, *blocks: Iterable[ast.stmt]) -> list[list[ast.stmt]]:
        """Statements of which some are not reached: what is bound there is not certain
        behind them."""
        before, found = self.known, list[list[ast.stmt]]()
        ends = list[dict[str, Known]]()
        self.inside += 1
        for nodes in blocks:
            self.known = dict(before)
            found.append(self.block(nodes))
            ends.append(self.known)
        self.inside -= 1
        first, *others = ends
        self.known = {
            word: known
            for word, known in first.items()
            if all(end.get(word) is known for end in others)
        }
        self._doubt(before)
        return found

    def _trips(self, run: Callable[[], Parts]) -> Parts:
        """The parts of a loop: what one trip binds is not certain in the next one."""
        while True:
            outer, self.changed = self.changed, set()
            before = dict(self.known)
            found = run()
            lost = self.changed & before.keys()
            self.changed |= outer
            if not lost:
                return found
            self.known = {w: k for w, k in before.items() if w not in lost}

    def _doubt(self, before: Mapping[str, Known]) -> None:
        """What was None and may be something else now cannot be read."""
        lost = before.keys() - self.known.keys()
        self.optional |= {n for n in lost if isinstance(before[n], Absent)}

    def _again(self, node: ast.stmt) -> None:
        """What a loop binds stands for no function in it, nor after it."""
        before = dict(self.known)
        self.forget([node])
        self._doubt(before)

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        match node:
            case ast.FunctionDef(name=word):
                before, written = self.closure(word, node)
                self._check_no_gradient(word, node)
                self.bind(word, written)
                return before
            case ast.If(test=test, body=body, orelse=orelse):
                decided = self.decided(test)
                if decided is not None:
                    return self.block(body if decided else orelse)
                if choice := as_choice(node, self.is_function):
                    return self.block(choice)
                before, test = self.value(test)
                arms = self._arms(body, orelse)
                return [*before, at(node, ast.If(test, *arms))]
            case ast.While():
                return self._while(node)
            case ast.For(iter=ast.Call() as call) if made := self.generator(call):
                return self.over_generator(node, *made)
            case Resumed(body=body, depth=depth):
                active, self.active = self.active, self.active[:depth]
                inner = self.block(body)
                self.active = active
                return inner
            case ast.For(iter=source) if (over := self.iterated(source)) is not source:
                return self.statement(_over(node, over))
            case ast.For(target=target, iter=source, body=body, orelse=orelse):
                piece = self.piece(source)
                table = self.table_of(piece.known) or self.range_over_items(node)
                if table is not None:
                    return [*piece.before, *self.unrolled(node, table)]
                before, source = [*piece.before], piece.value
                self._again(node)
                body, orelse, _ = self._trips(lambda: self._arms(body, orelse, []))
                return [*before, at(node, ast.For(target, source, body, orelse))]
            case ast.Assign() if not isinstance(node, Added):
                return self._assign(node, node.targets, node.value, ast.Assign)
            case Added():
                return self._assign(node, node.targets, node.value, Added)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                return self._assign(node, [target], value, ast.Assign)
            case ast.AugAssign():
                return self._augment(node)
            case ast.Return(value=ast.expr() as value):
                return self.returned(node, value)
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=base, attr="append"), args=[arg]
                )
            ) if self.is_filled(base, arg):
                return self.filled(base, None, arg, node)
            case ast.Expr(value=value):
                before, value = self.value(value)
                kept = [at(node, type(node)(value))]
                done = before and not self.order.has_effects([value])
                return [*before, *([] if done else kept)]
            case ast.With():
                return self.managed(node)
            case ast.Assert(test=test, msg=message):
                before, test = self.value(test)
                return [*before, at(node, ast.Assert(test, message))]
            case ast.Raise(exc=ast.expr() as error):
                before, error = self.value(error)
                return [*before, at(node, ast.Raise(error, node.cause))]
            case _:
                return [node]

    def _check_no_gradient(self, word: str, node: ast.FunctionDef) -> None:
        """Refuse gradients that are written by hand inside of a function: nothing would
        use them."""
        base = word.removesuffix(BACKWARD)
        ruled = any(
            self.functions.path_of(mark.func) == "backgen.rule"
            for mark in node.decorator_list
            if isinstance(mark, ast.Call)
        )
        known = base != word and base in self.defined
        if ruled or known or word + BACKWARD in self.defined:
            message = "a gradient cannot be written inside of a function"
            self.refuse("BG023", message, node, "define both functions outside of it")

    def _while(self, node: ast.While) -> list[ast.stmt]:
        self._again(node)
        (before, test), (body, orelse, _) = self._trips(
            lambda: (self.value(node.test), self._arms(node.body, node.orelse, []))
        )
        if not before:
            return [at(node, ast.While(test, body, orelse))]
        if node.orelse:
            message = "a call in the test of `while ... else` is not supported"
            self.refuse("BG010", message, node.test)
        inside = at(node, ast.If(test, body, [at(node, ast.Break())]))
        return [at(node, ast.While(truth(True, node.test), [*before, inside], []))]

    def _assign(
        self,
        node: ast.stmt,
        targets: list[ast.expr],
        value: ast.expr,
        made: type[ast.Assign],
    ) -> list[ast.stmt]:
        match targets:
            case [ast.Attribute(value=base) as attribute] if self.is_object(base):
                self.wish = attribute.attr
                new = self.stored_to(attribute, self.piece(value), made)
                self.begin(attribute, value)
                return new
            case [ast.Subscript(value=base, slice=index)] if self.is_filled(
                base, value
            ):
                return self.filled(base, index, value, node)
            case [ast.Name(id=word) as bound]:
                self.wish = word if word in self.steady else ""
                self.begin(bound, value)
            case [ast.Tuple() | ast.List()] if (
                over := self.iterated(value)
            ) is not value:
                piece = self.collected(over) if self.generator(over) else None
                before, value = ([*piece.before], piece.value) if piece else ([], over)
                node = at(node, made(targets, value))
                return [*before, *self._assign(node, targets, value, made)]
        parts = [part for target in targets for part in self._parts(target)]
        pieces = [self.piece(value), *map(self.piece, parts)]
        match targets, pieces:
            case [ast.Name(id=word) as bound], [Piece(known=known) as piece] if known:
                if self.known.get(word) is known:
                    return [*piece.before]
                if isinstance(known, Object) and (
                    word not in self.steady or self.is_bound_again(known)
                ):
                    return [*piece.before, *self.copied_to(bound, known)]
                self.bind(word, known)
                return [*piece.before]
            case [ast.Tuple() | ast.List() as listed], [
                Piece(known=Table() | Object() as known) as piece
            ] if table := self.table_of(known):
                return [*piece.before, *self._unpacked_to(listed, table, made)]
            case [target], [Piece(before=(*before, Added() as held)) as piece] if (
                is_call(held, piece.value) and is_flat(target)
            ):
                kept = at(node, made(targets, held.value))
                self.forget([kept])
                return [*before, kept]
        own = any(isinstance(n, ast.Attribute) for t in targets for n in ast.walk(t))
        plain = not own and pieces[0].value is value
        if plain and not any(piece.before for piece in pieces):
            self.forget([node])
            return [node]
        before, values = self.order.sequence(pieces)
        match targets, values[0]:
            case [ast.Name(id=word)], ast.Name(id=given):
                changed = changed_in_place(word, given, before)
                if changed is not None:
                    self.forget(changed)
                    return changed
        by_id = {id(p): v for p, v in zip(parts, values[1:], strict=True)}
        retargeted = [_retargeted(self.renamed_target(t), by_id) for t in targets]
        whole = at(node, made(retargeted, values[0]))
        self.forget([whole])
        match retargeted, values[0]:
            case [ast.Name(id=word)], ast.Constant(value=int() | str()) as literal if (
                word in self.steady
            ):
                self.literals[word] = literal
        return [*before, whole]

    def _unpacked_to(
        self, target: ast.Tuple | ast.List, table: Table, made: type[ast.Assign]
    ) -> list[ast.stmt]:
        """`a, b = items` where functions or objects are among these."""
        held: list[tuple[ast.expr, ast.expr]] = []
        before: list[ast.stmt] = []
        bound = names_of(target)
        for one, item in self.parted(target, table):
            value = self.value_of(item, target)
            if not self.concerns(value) and not bound.isdisjoint(names_of(value)):
                word = self.fresh("item", "item", one)
                before.append(at(value, Added([stored(word, value)], value)))
                value = name(word, value)
            held.append((one, value))
        for one, value in held:
            part = at(target, made([one], value))
            before += self._assign(part, part.targets, value, made)
        return before

    def _parts(self, target: ast.expr) -> Iterator[ast.expr]:
        """What is evaluated in a target, as far as it calls functions."""
        match target:
            case ast.Subscript(value=base, slice=index) if self.concerns(target):
                yield from (base, index)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                for item in items:
                    yield from self._parts(item)

    def _augment(self, node: ast.AugAssign) -> list[ast.stmt]:
        match node.op, node.value:
            case ast.Add(), ast.List(elts=items) if items and all(
                self.is_filled(node.target, item) for item in items
            ):
                parts = (self.filled(node.target, None, i, node) for i in items)
                return [new for part in parts for new in part]
        target = node.target
        if isinstance(target, ast.Name) and self.is_object(target):
            return self._augment_object(node, target)
        if isinstance(target, ast.Attribute) and self.is_object(target.value):
            if self.is_set(target):
                return self._augment_property(node, target)
            old = self.piece(at(target, ast.Attribute(target.value, target.attr)))
            if isinstance(old.value, ast.Constant) and not old.before:
                whole = at(node, ast.BinOp(old.value, node.op, node.value))
                new = at(node, ast.Assign([target], whole))
                return self._assign(new, new.targets, whole, ast.Assign)
        before, value = self.value(node.value)
        if isinstance(target, ast.Attribute) and self.is_object(target.value):
            target = self.updated(target)
        elif isinstance(target, ast.Subscript):
            target = self._element(target)
        plain = isinstance(target, ast.Name) or not self.order.has_effects(before)
        if not plain or self.concerns(target):
            hint = "call the function in a statement of its own before"
            message = "a call that may change what is added to is not supported here"
            self.refuse("BG011", message, node.value, hint)
        self.forget([node])
        return [*before, at(node, ast.AugAssign(target, node.op, value))]

    def _element(self, target: ast.Subscript) -> ast.Subscript:
        """`sim.x[i]` as an element of the variable that `sim.x` is, where no function
        is called for it."""
        parts = [*self._parts(target)]
        pieces = [self.piece(part) for part in parts]
        if any(piece.before or piece.known for piece in pieces):
            return target
        values = (piece.value for piece in pieces)
        made = rebuilt(target, dict(zip(map(id, parts), values, strict=True)))
        assert isinstance(made, ast.Subscript)
        return made

    def _augment_property(
        self, node: ast.AugAssign, target: ast.Attribute
    ) -> list[ast.stmt]:
        """`oven.celsius += 1.0`: what is read is changed, and put back."""
        word = self.fresh(target.attr, "held", node)
        held = at(node, ast.Assign([stored(word, node)], target))
        changed = at(node, ast.AugAssign(stored(word, node), node.op, node.value))
        back = at(node, ast.Assign([target], name(word, node)))
        return self.block([held, changed, back])

    def _augment_object(self, node: ast.AugAssign, target: ast.Name) -> list[ast.stmt]:
        """`a += b` of an object."""
        own = name(target.id, target)
        value = self.augmented(node, own)
        new = at(node, ast.Assign([target], value))
        return self._assign(new, new.targets, value, ast.Assign)


def _over(node: ast.For, source: ast.expr) -> ast.For:
    """The same loop over something else."""
    return at(node, ast.For(node.target, source, node.body, node.orelse))


def names_of(value: ast.expr) -> set[str]:
    """The names in an expression."""
    return {node.id for node in names_in([value])}


def _retargeted(target: ast.expr, new: dict[int, ast.expr]) -> ast.expr:
    """A target with other expressions in the place of some of its parts."""
    match target:
        case ast.Tuple(elts=items):
            made = [_retargeted(item, new) for item in items]
            return at(target, ast.Tuple(made, ast.Store()))
        case ast.Subscript():
            return rebuilt(target, new)
        case _:
            return target
