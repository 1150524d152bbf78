"""Ways out of loops and functions, as branches.

    for x in xs:                    for x in xs:
        if x < 0:                       if x < 0:
            continue            =>          pass
        if x > c:                       elif x > c:
            break                           break
        s += x                          else:
                                            s += x

Where only one arm of an `if` is left by a jump, what follows the `if` becomes the other
arm. Where both may go on, the jump sets a flag, which is tested behind the `if`. So
`break` stands at the end of a trip only, and `return` at the end of the function.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol

from ..syntax.added import Names, at, name, negated, set_to, stored


class Refuse(Protocol):
    """Raises an error at syntax."""

    def __call__(
        self,
        code: str,
        message: str,
        at: ast.stmt | ast.expr,
        hint: str | None = None,
    ) -> NoReturn: ...


@dataclass
class _Ways:
    """What the jumps become at one point.

    Attributes:
        leave: `break`.
        skip: `continue`.
        give_back: `return`.
        left: what follows where a loop inside has met a `return`.
        outermost: whether this is neither in a loop nor under a flag.
    """

    leave: Callable[[ast.stmt], list[ast.stmt]]
    skip: Callable[[ast.stmt], list[ast.stmt]]
    give_back: Callable[[ast.Return], list[ast.stmt]]
    left: Callable[[ast.stmt], list[ast.stmt]]
    outermost: bool = False


def without_jumps(
    nodes: Sequence[ast.stmt], names: Names, refuse: Refuse, wish: str = "out"
) -> list[ast.stmt]:
    """The statements of a function, or of a script, with `return` at the end only and
    `break` at the end of trips.

    Args:
        wish: a name for what is returned in several places.
    Raises:
        Refused: BG003 where a way through the function gives nothing back, BG010 where
            its `return`s give back different things.
    """
    returns = returns_in(nodes)
    if returns and falls(nodes):
        refuse("BG003", "not every way through the function returns", returns[-1])
    if len(returns) == 1 and returns[0] in nodes:
        *before, last = nodes[: [*nodes].index(returns[0]) + 1]
        return [*_Jumps(names, {}, False).run(before), last]
    if not returns:
        return _Jumps(names, {}, False).run(nodes)
    parts: dict[ast.Return, list[ast.stmt]] = {node: [] for node in returns}
    output = _Outputs(names, refuse, parts).merged(
        {node: node.value for node in returns if node.value}, wish, returns[0]
    )
    jumps = _Jumps(names, parts, False)
    plain = jumps.run(nodes)
    if jumps.tested:
        plain = _Jumps(names, parts, True).run(nodes)
    return [*plain, at(returns[-1], ast.Return(output))]


class _Outputs:
    """Names for what several `return`s give back."""

    def __init__(
        self,
        names: Names,
        refuse: Refuse,
        parts: dict[ast.Return, list[ast.stmt]],
    ) -> None:
        self.names, self.refuse, self.parts = names, refuse, parts

    def merged(
        self, values: dict[ast.Return, ast.expr], wish: str, first: ast.AST
    ) -> ast.expr:
        """What the last `return` gives back. The assignments that each of them becomes
        go to `parts`."""
        for node in self.parts.keys() - values.keys():
            self.refuse("BG003", "nothing is returned", node)
        several = list(values.values())
        match several[0]:
            case ast.Tuple():
                return self._items(values, wish, first)
            case ast.List() if _are_alike(several):
                return self._items(values, wish, first)
            case ast.Dict():
                return self._mapping(values, wish, first)
        for value in several:
            if isinstance(value, ast.Tuple | ast.Dict):
                self._differ(value)
        words = {v.id if isinstance(v, ast.Name) else "" for v in several}
        if len(words) == 1 and "" not in words:
            return several[-1]
        output = self.names.fresh(wish, several[0])
        for node, value in values.items():
            target = stored(output, value)
            self.parts[node].append(at(value, ast.Assign([target], value)))
        return name(output, several[-1])

    def _items(
        self, values: dict[ast.Return, ast.expr], wish: str, first: ast.AST
    ) -> ast.expr:
        columns: list[dict[ast.Return, ast.expr]] = []
        kinds = {type(value) for value in values.values()}
        for node, value in values.items():
            if not isinstance(value, ast.Tuple | ast.List) or len(kinds) > 1:
                self._differ(value)
            columns = columns or [{} for _ in value.elts]
            if len(columns) != len(value.elts):
                self._differ(value)
            for column, item in zip(columns, value.elts, strict=True):
                column[node] = item
        merged = [
            self.merged(column, f"{wish}_{number}", first)
            for number, column in enumerate(columns, 1)
        ]
        last = [*values.values()][-1]
        made = ast.List if isinstance(last, ast.List) else ast.Tuple
        return at(last, made(merged, ast.Load()))

    def _mapping(
        self, values: dict[ast.Return, ast.expr], wish: str, first: ast.AST
    ) -> ast.expr:
        columns: dict[str, dict[ast.Return, ast.expr]] = {}
        last: ast.Dict | None = None
        for node, value in values.items():
            if not isinstance(value, ast.Dict):
                self._differ(value)
            keys = [ast.unparse(key) if key else "" for key in value.keys]
            if last is not None and keys != [*columns]:
                self._differ(value)
            for key, item in zip(keys, value.values, strict=True):
                columns.setdefault(key, {})[node] = item
            last = value
        assert last is not None
        merged = [
            self.merged(column, f"{wish}_{number}", first)
            for number, column in enumerate(columns.values(), 1)
        ]
        return at(last, ast.Dict([*last.keys], merged))

    def _differ(self, value: ast.expr) -> NoReturn:
        message = "the `return`s of a function have to give back the same kind of thing"
        self.refuse("BG010", message, value)


def _are_alike(values: list[ast.expr]) -> bool:
    """Whether these are displays of lists with as many items each."""
    lists = [value for value in values if isinstance(value, ast.List)]
    return len(lists) == len(values) and len({len(v.elts) for v in lists}) == 1


class _Jumps:
    """Rewrites blocks.

    Attributes:
        parts: what each `return` becomes, where there are several.
        flag: whether a `return` in a loop sets a flag.
        tested: whether the flag was needed.
    """

    def __init__(
        self, names: Names, parts: dict[ast.Return, list[ast.stmt]], flag: bool
    ) -> None:
        self.names, self.parts, self.flag = names, parts, flag
        self.tested = False

    def run(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Rewrite the statements of a function."""
        nothing: Callable[[ast.stmt], list[ast.stmt]] = lambda node: []  # noqa: E731
        ways = _Ways(nothing, nothing, lambda node: self.parts[node], nothing, True)
        return self.block([*nodes], ways)

    def block(self, nodes: list[ast.stmt], ways: _Ways) -> list[ast.stmt]:
        """Rewrite statements that follow each other."""
        out: list[ast.stmt] = []
        for number, node in enumerate(nodes):
            rest = nodes[number + 1 :]
            match node:
                case ast.Break():
                    return [*out, *ways.leave(node)]
                case ast.Continue():
                    return [*out, *ways.skip(node)]
                case ast.Return():
                    return [*out, *ways.give_back(node)]
                case ast.Raise():
                    return [*out, node]
                case ast.If() if _jumps([node]):
                    return [*out, *self._branches(node, rest, ways)]
                case ast.If():
                    then = self.block(node.body, ways)
                    out += _branch(node, then, self.block(node.orelse, ways))
                case ast.For() | ast.While():
                    leaves = _leaves(node.body)
                    if leaves or node.orelse:
                        return [*out, *self._loop(node, leaves, rest, ways)]
                    out.append(self._repeated(node, ways))
                case _:
                    out.append(node)
        return out

    # -- branches

    def _branches(
        self, node: ast.If, rest: list[ast.stmt], ways: _Ways
    ) -> list[ast.stmt]:
        """An `if` that may jump, with all that follows it."""
        then, other = falls(node.body), falls(node.orelse)
        if rest and then and other:
            return self._flagged(node, rest, ways)
        first = self.block([*node.body, *(rest if then else [])], ways)
        second = self.block([*node.orelse, *(rest if other else [])], ways)
        return _branch(node, first, second)

    def _flagged(
        self, node: ast.If, rest: list[ast.stmt], ways: _Ways
    ) -> list[ast.stmt]:
        """An `if` behind which both arms may go on: its jumps set flags."""
        used: dict[str, ast.stmt] = {}

        def marking(wish: str) -> Callable[[ast.stmt], list[ast.stmt]]:
            def mark(jump: ast.stmt) -> list[ast.stmt]:
                used[wish] = jump
                return [set_to(self.names.fresh(wish, node), True, jump)]

            return mark

        def give_back(jump: ast.Return) -> list[ast.stmt]:
            return [*self.parts[jump], *left(jump), *self._mark(jump)]

        def left(jump: ast.stmt) -> list[ast.stmt]:
            used["returned"] = jump
            return []

        marks = _Ways(marking("stop"), marking("skip"), give_back, left)
        then, other = self.block(node.body, marks), self.block(node.orelse, marks)
        after = self.block(rest, ways)
        out: list[ast.stmt] = []
        for wish, way in (("skip", ways.skip), ("stop", ways.leave)):
            if wish in used:
                flag = self.names.fresh(wish, node)
                out.append(set_to(flag, False, node))
                after = [_tested(flag, node, way(used[wish]), after)]
        if "returned" in used:
            way_out = ways.left(used["returned"])
            flags, after = self._unless_returned(node, [then, other], after, way_out)
            out += flags if ways.outermost else []
        return [*out, *_branch(node, then, other), *after]

    # -- loops

    def _repeated(
        self, node: ast.For | ast.While, ways: _Ways, broken: str = ""
    ) -> ast.stmt:
        """A loop whose trips jump at their ends only."""

        def leave(jump: ast.stmt) -> list[ast.stmt]:
            marks = [set_to(broken, True, jump)] if broken else []
            return [*marks, at(jump, ast.Break())]

        def give_back(jump: ast.Return) -> list[ast.stmt]:
            return [*self.parts[jump], *self._mark(jump), at(jump, ast.Break())]

        def left(jump: ast.stmt) -> list[ast.stmt]:
            return [at(jump, ast.Break())]

        body = self.block(node.body, _Ways(leave, lambda jump: [], give_back, left))
        if isinstance(node, ast.While):
            return at(node, ast.While(node.test, body, []))
        return at(node, ast.For(node.target, node.iter, body, []))

    def _loop(
        self,
        node: ast.For | ast.While,
        returns: bool,
        rest: list[ast.stmt],
        ways: _Ways,
    ) -> list[ast.stmt]:
        """A loop with an `else`, or with a `return` inside, and all that follows it."""
        out: list[ast.stmt] = []
        broken = ""
        follow = [*node.orelse]
        if follow and breaks(node.body):
            broken = self.names.fresh("broken", node)
            out.append(set_to(broken, False, node))
            test = negated(name(broken, node))
            follow = [at(node, ast.If(test, follow, []))]
        loop = self._repeated(node, ways, broken)
        if not returns:
            return [*out, loop, *self.block([*follow, *rest], ways)]
        if not node.orelse and not falls([node]):
            return [*out, loop, *ways.left(node)]
        after = self.block([*follow, *rest], ways)
        flags, after = self._unless_returned(node, [[loop]], after, ways.left(node))
        return [*out, *(flags if ways.outermost else []), loop, *after]

    # -- the flag of `return`

    def _unless_returned(
        self,
        node: ast.stmt,
        before: Iterable[list[ast.stmt]],
        after: list[ast.stmt],
        way_out: list[ast.stmt],
    ) -> tuple[list[ast.stmt], list[ast.stmt]]:
        """What has to stand in front of `before`, which may have met a `return`, and
        what follows it: without a test where nothing is left to do either way."""
        flag = self._returned()
        if way_out or after:
            self.tested = True
            after = [_tested(flag, node, way_out, after)]
        elif not any(_reads(block, flag) for block in before):
            return [], []
        return [set_to(flag, False, node)], after

    def _returned(self) -> str:
        return self.names.fresh("returned", next(iter(self.parts)))

    def _mark(self, jump: ast.stmt) -> list[ast.stmt]:
        return [set_to(self._returned(), True, jump)] if self.flag else []


def _branch(
    node: ast.If, then: list[ast.stmt], other: list[ast.stmt]
) -> list[ast.stmt]:
    """An `if` with these arms; nothing where both are empty."""
    return [at(node, ast.If(node.test, then, other))] if then or other else []


def _tested(
    flag: str, node: ast.stmt, then: list[ast.stmt], other: list[ast.stmt]
) -> ast.stmt:
    return at(node, ast.If(name(flag, node), then, other))


def _reads(nodes: Iterable[ast.stmt], flag: str) -> bool:
    """Whether the statements test a flag."""
    return any(
        isinstance(node, ast.If | ast.While)
        and isinstance(node.test, ast.Name)
        and node.test.id == flag
        for node in _walk(nodes)
    )


def _walk(nodes: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements and those inside of them, but for functions and classes."""
    for node in nodes:
        yield node
        match node:
            case ast.If() | ast.For() | ast.While():
                yield from _walk([*node.body, *node.orelse])


def breaks(nodes: Iterable[ast.stmt]) -> bool:
    """Whether the trips of a loop may end it."""
    return any(isinstance(node, ast.Break) for node in _own(nodes))


def ends_trips(nodes: Iterable[ast.stmt]) -> bool:
    """Whether the statements of a trip may end it, or the loop."""
    return any(isinstance(node, ast.Break | ast.Continue) for node in _own(nodes))


def jumps_in(nodes: Iterable[ast.stmt]) -> list[ast.Break | ast.Continue]:
    """What ends trips of a loop around the statements."""
    return [n for n in _own(nodes) if isinstance(n, ast.Break | ast.Continue)]


def _jumps(nodes: Iterable[ast.stmt]) -> bool:
    """Whether the statements may jump to behind them."""
    return _leaves(nodes) or ends_trips(nodes)


def returns_in(nodes: Iterable[ast.stmt]) -> list[ast.Return]:
    """The `return`s of a function."""
    return [node for node in _walk(nodes) if isinstance(node, ast.Return)]


def _leaves(nodes: Iterable[ast.stmt]) -> bool:
    """Whether the statements may return."""
    return bool(returns_in(nodes))


def _own(nodes: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that are not of a loop inside; an `else` of one is not its own."""
    for node in nodes:
        yield node
        match node:
            case ast.If():
                yield from _own([*node.body, *node.orelse])
            case ast.For() | ast.While():
                yield from _own(node.orelse)
            case ast.With():
                yield from _own(node.body)


def falls(nodes: Iterable[ast.stmt]) -> bool:
    """Whether what follows the statements may be reached from them."""
    for node in nodes:
        match node:
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                return False
            case ast.If() if not falls(node.body) and not falls(node.orelse):
                return False
            case ast.While(test=ast.Constant(value=true)) if true:
                if not breaks(node.body):
                    return False
            case ast.For() | ast.While() if node.orelse and not falls(node.orelse):
                if not breaks(node.body):
                    return False
    return True
