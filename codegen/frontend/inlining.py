"""Functions in the place of their calls, as syntax.

    def gate(a, b):                     s = x * math.sin(y)
        return a * math.sin(b)      =>  r = s * math.sin(x)

    s = gate(x, y)
    r = gate(s, x)

Arguments are evaluated once, in their order, before the body; parameters that are bound
to names, and not bound again, go by these. A function reads the variables around it when
it is called. Statements of a function are no stages of their own; they belong to the one
that they are called in.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

from .added import Added, Names, at, name, negated, stored, truth
from .bindings import Known, Outside, Partial, Written
from .comprehensions import Plain
from .functions import Functions, Refuse, is_function
from .hoisting import Order, Piece, operands, rebuilt
from .jumps import falls, without_jumps
from .neighbours import Host
from .passing import Mismatch, passed, required
from .renaming import (
    Definition,
    Renaming,
    body_of,
    bound_in,
    own_names,
    shifted,
)

# More statements than these are not put into a function.
_MOST_STATEMENTS = 2000
# What a function without a value gives back.
_NOTHING = "None"


class Inliner:
    """Rewrites the statements of one function, without comprehensions and `match`.

    Args:
        host: gets the lines of the functions that are called.
        names: fresh names.
        functions: what the names outside stand for.
        local: the names that the function binds; grows with what is put into it.
        builtin: whether a name stands for the builtin of that name.
        active: the function itself, by its key.
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
    ) -> None:
        self.host, self.names, self.functions = host, names, functions
        self.local, self.builtin, self.refuse = local, builtin, refuse
        self.active = [active]
        self.order = Order(names, functions.path_of)
        # the functions that local names stand for, at the present point
        self.known: dict[str, Known] = {}
        # all names that stand for a function anywhere
        self.defined: set[str] = set()
        self.tuples: dict[str, list[ast.expr]] = {}
        self.used = {*local}
        self.added = 0

    def run(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Rewrite the statements of the function.

        Raises:
            Refused: for a call that cannot be followed, at the call.
        """
        new = self.block(nodes)
        if self.defined:
            self._check_left(new)
        return new

    def _check_left(self, nodes: list[ast.stmt]) -> None:
        """Refuse functions that still stand where a value, or a call of them, does."""
        for inner in (n for node in nodes for n in ast.walk(node)):
            match inner:
                case ast.Call(func=ast.Name(id=word) as at) if word in self.defined:
                    message = f"`{word}` is not a function known at this point"
                    hint = "define it once, before it is called"
                    self.refuse("BG012", message, at, hint)
                case ast.Name(id=word) if word in self.defined:
                    message = f"`{word}` is a function here, not a number"
                    self.refuse("BG012", message, inner)

    # -- statements

    def block(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Rewrite statements that follow each other."""
        return [new for node in nodes for new in self.statement(node)]

    def _inner(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Statements that are not always reached: functions that are bound there are
        not certain behind them."""
        before = dict(self.known)
        new = self.block(nodes)
        self.known = {n: k for n, k in before.items() if self.known.get(n) is k}
        return new

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        match node:
            case ast.FunctionDef(name=word):
                before, written = self._closure(word, node)
                self._bind(word, written)
                return before
            case ast.If(test=test, body=body, orelse=orelse):
                before, test = self.value(test)
                arms = self._inner(body), self._inner(orelse)
                return [*before, at(node, ast.If(test, *arms))]
            case ast.While():
                return self._while(node)
            case ast.For(target=target, iter=source, body=body, orelse=orelse):
                before, source = self.value(source)
                self._forget([node])
                parts = self._inner(body), self._inner(orelse)
                return [*before, at(node, ast.For(target, source, *parts))]
            case ast.Assign() if not isinstance(node, Added):
                return self._assign(node, node.targets, node.value, ast.Assign)
            case Added():
                return self._assign(node, node.targets, node.value, Added)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                return self._assign(node, [target], value, ast.Assign)
            case ast.AugAssign():
                return self._augment(node)
            case ast.Return(value=ast.expr() as value):
                return self._return(node, value)
            case ast.Expr(value=value):
                before, value = self.value(value)
                kept = [at(node, ast.Expr(value))]
                done = before and not self.order.has_effects([value])
                return [*before, *([] if done else kept)]
            case ast.Assert(test=test, msg=message):
                before, test = self.value(test)
                return [*before, at(node, ast.Assert(test, message))]
            case ast.Raise(exc=ast.expr() as error):
                before, error = self.value(error)
                return [*before, at(node, ast.Raise(error, node.cause))]
            case _:
                return [node]

    def _while(self, node: ast.While) -> list[ast.stmt]:
        self._forget([node])
        before, test = self.value(node.test)
        body = self._inner(node.body)
        if not before:
            return [at(node, ast.While(test, body, self._inner(node.orelse)))]
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
        parts = [part for target in targets for part in self._parts(target)]
        pieces = [self.piece(value), *map(self.piece, parts)]
        match targets, pieces:
            case [ast.Name(id=word)], [Piece(known=known) as piece] if known:
                self._bind(word, known)
                return [*piece.before]
        if not any(piece.before for piece in pieces) and pieces[0].value is value:
            new = node
            before: list[ast.stmt] = []
        else:
            before, values = self.order.sequence(pieces)
            by_id = {id(p): v for p, v in zip(parts, values[1:], strict=True)}
            changed = [_retargeted(target, by_id) for target in targets]
            new = at(node, made(changed, values[0]))
        self._forget([new])
        return [*before, new]

    def _parts(self, target: ast.expr) -> Iterator[ast.expr]:
        """What is evaluated in a target, as far as it calls functions."""
        match target:
            case ast.Subscript(value=base, slice=index) if self.concerns(target):
                yield from (base, index)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                for item in items:
                    yield from self._parts(item)

    def _augment(self, node: ast.AugAssign) -> list[ast.stmt]:
        before, value = self.value(node.value)
        target = node.target
        plain = isinstance(target, ast.Name) or not self.order.has_effects(before)
        if not plain or self.concerns(target):
            hint = "call the function in a statement of its own before"
            message = "a call that may change what is added to is not supported here"
            self.refuse("BG011", message, node.value, hint)
        self._forget([node])
        return [*before, at(node, ast.AugAssign(target, node.op, value))]

    def _return(self, node: ast.Return, value: ast.expr) -> list[ast.stmt]:
        piece = self.piece(value)
        if piece.known is None:
            return [*piece.before, at(node, ast.Return(piece.value))]
        word = self.names.fresh("function", node)
        self._bind(word, piece.known)
        return [*piece.before, at(node, ast.Return(name(word, value)))]

    # -- names for functions

    def _bind(self, word: str, known: Known) -> None:
        self.known[word] = known
        self.defined.add(word)

    def _forget(self, nodes: Iterable[ast.stmt]) -> None:
        """Names that the statements bind stand for no function from here on."""
        if not self.known:
            return
        for node in nodes:
            for inner in ast.walk(node):
                match inner:
                    case ast.Name(id=word, ctx=ast.Store()):
                        self.known.pop(word, None)
                    case ast.FunctionDef(name=word):
                        self.known.pop(word, None)

    def _closure(
        self, word: str, node: Definition
    ) -> tuple[list[ast.stmt], Written]:
        """A function inside of the function. Its defaults are evaluated here."""
        before: list[ast.stmt] = []
        held: dict[str, ast.expr] = {}
        arguments = node.args
        listed = [*arguments.posonlyargs, *arguments.args]
        last = listed[len(listed) - len(arguments.defaults) :]
        pairs: list[tuple[ast.arg, ast.expr | None]] = [
            *zip(last, arguments.defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        for argument, default in pairs:
            if default is not None and not _is_literal(default):
                kept = self._fresh(argument.arg, word, argument)
                before += self._held(kept, default)
                held[argument.arg] = name(kept, default)
        return before, Written(word, node, id(node), held)

    def _held(self, word: str, value: ast.expr) -> list[ast.stmt]:
        """Bind a name to a value, which may be a function."""
        return self.statement(at(value, Added([stored(word, value)], value)))

    def _fresh(self, wish: str, prefix: str, node: ast.AST) -> str:
        word = self.names.own(wish, prefix, node)
        self.local.add(word)
        self.used.add(word)
        return word

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

    # -- expressions

    def value(self, node: ast.expr) -> tuple[list[ast.stmt], ast.expr]:
        """The statements that have to run before an expression, and the expression."""
        piece = self.piece(node)
        return [*piece.before], piece.value

    def concerns(self, root: ast.expr) -> bool:
        """Whether an expression holds a function that is known."""
        return any(
            isinstance(node, ast.Lambda | ast.Name | ast.Attribute)
            and (self.function(node) is not None or self._is_member(node))
            or (isinstance(node, ast.Call) and self._is_partial(node))
            for node in ast.walk(root)
        )

    def _is_member(self, node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Attribute)
            and self.functions.member(node) is not None
        )

    def _is_partial(self, node: ast.Call) -> bool:
        return self.functions.path_of(node.func) == "functools.partial"

    def piece(self, node: ast.expr) -> Piece:
        """An expression without calls of known functions."""
        if not self.concerns(node):
            path = self.functions.path_of(node)
            known = Outside(node) if path and is_function(path) else None
            return Piece((), node, known)
        match node:
            case ast.Lambda():
                before, written = self._closure("inner", node)
                return Piece(tuple(before), node, written)
            case ast.Name():
                return Piece((), node, self.function(node))
            case ast.Attribute() if found := self.functions.member(node):
                if isinstance(found, ast.Name):
                    return Piece((), found)
                return Piece((), node, found)
            case ast.Call():
                return self._call(node)
            case ast.BoolOp(op=op, values=values):
                return self._chain(node, isinstance(op, ast.And), values)
            case ast.IfExp():
                return self._conditional(node)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
                return Piece((), node)
        parts = operands(node)
        pieces = [self.piece(part) for part in parts]
        if isinstance(node, ast.Compare) and any(p.before for p in pieces[2:]):
            message = "a call that is not always made is not supported here"
            self.refuse("BG011", message, node, "write `a < b and b < c`")
        return self._rebuilt(node, parts, pieces)

    def _rebuilt(
        self, node: ast.expr, parts: list[ast.expr], pieces: list[Piece]
    ) -> Piece:
        before, values = self.order.sequence(pieces)
        by_id = {id(part): value for part, value in zip(parts, values, strict=True)}
        return Piece(tuple(before), rebuilt(node, by_id))

    def _chain(
        self, root: ast.BoolOp, conjunction: bool, values: list[ast.expr]
    ) -> Piece:
        """`a and f(x)`: what is behind is evaluated only where it decides."""
        pieces = [self.piece(value) for value in values]
        if not any(piece.before for piece in pieces[1:]):
            return self._rebuilt(root, values, pieces)
        test = self.names.fresh("test", root)
        out: list[ast.stmt] = []
        for piece in reversed(pieces):
            held = at(root, Added([stored(test, root)], piece.value))
            undecided: ast.expr = name(test, root)
            undecided = undecided if conjunction else negated(undecided)
            rest = [at(root, ast.If(undecided, out, []))] if out else []
            out = [*piece.before, held, *rest]
        return Piece(tuple(out), name(test, root))

    def _conditional(self, root: ast.IfExp) -> Piece:
        """`f(x) if c else b`."""
        first, *arms = (self.piece(n) for n in (root.test, root.body, root.orelse))
        if not any(arm.before for arm in arms):
            parts = [root.test, root.body, root.orelse]
            return self._rebuilt(root, parts, [first, *arms])
        value = self.names.fresh("value", root)
        blocks = [
            [*arm.before, at(root, Added([stored(value, root)], arm.value))]
            for arm in arms
        ]
        branch = at(root, ast.If(first.value, *blocks))
        return Piece((*first.before, branch), name(value, root))

    # -- calls

    def _call(self, node: ast.Call) -> Piece:
        func = Piece((), node.func, self.function(node.func))
        if isinstance(node.func, ast.Call | ast.Lambda):
            func = self.piece(node.func)
        known = func.known
        if known is None and not self._is_partial(node):
            parts = operands(node)
            return self._rebuilt(node, parts, [self.piece(part) for part in parts])
        parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        pieces = [self.piece(part) for part in parts]
        before, values = self.order.sequence(pieces)
        before = [*func.before, *before]
        self._name_functions(pieces, values)
        count = len(node.args)
        keywords = [
            at(k, ast.keyword(k.arg, v))
            for k, v in zip(node.keywords, values[count:], strict=True)
        ]
        if known is None:
            return self._partial(node, before, values[:count], keywords)
        return self._of(node, known, before, values[:count], keywords)

    def _name_functions(self, pieces: list[Piece], values: list[ast.expr]) -> None:
        """Give names to functions among arguments, so that they can be looked up."""
        for place, piece in enumerate(pieces):
            if piece.known is not None and not isinstance(piece.value, ast.Name):
                word = self.names.fresh("function", piece.value)
                self._bind(word, piece.known)
                values[place] = name(word, piece.value)

    def _partial(
        self,
        node: ast.Call,
        before: list[ast.stmt],
        args: list[ast.expr],
        keywords: list[ast.keyword],
    ) -> Piece:
        """`functools.partial`: its arguments are evaluated here."""
        known = self.function(args[0]) if args else None
        if known is None or any(k.arg is None for k in keywords):
            self.refuse("BG012", "the function is not known here", node)
        kept = [self._kept(arg, before) for arg in args[1:]]
        named = [
            at(k, ast.keyword(k.arg, self._kept(k.value, before))) for k in keywords
        ]
        return Piece(tuple(before), node, Partial(known, tuple(kept), tuple(named)))

    def _kept(self, value: ast.expr, before: list[ast.stmt]) -> ast.expr:
        if _is_literal(value) or self.function(value) is not None:
            return value
        word = self._fresh("given", "given", value)
        before.append(at(value, Added([stored(word, value)], value)))
        return name(word, value)

    def _of(
        self,
        node: ast.Call,
        known: Known,
        before: list[ast.stmt],
        args: list[ast.expr],
        keywords: list[ast.keyword],
    ) -> Piece:
        match known:
            case Partial(known=inner, args=first, keywords=given):
                replaced = {k.arg for k in keywords}
                left = [k for k in given if k.arg not in replaced]
                every = [*first, *args]
                return self._of(node, inner, before, every, [*left, *keywords])
            case Outside(func=func):
                call = at(node, ast.Call(func, args, keywords))
                return Piece(tuple(before), call)
            case Written():
                listed = self._unpacked(node, known, before, args)
                return self._inlined(node, known, before, listed, keywords)

    def _unpacked(
        self,
        node: ast.Call,
        written: Written,
        before: list[ast.stmt],
        args: list[ast.expr],
    ) -> list[ast.expr]:
        """The arguments one by one: `f(*pair)` as many as the function takes."""
        listed: list[ast.expr] = []
        for arg in args:
            match arg:
                case ast.Starred(value=ast.Tuple(elts=items) | ast.List(elts=items)):
                    listed += items
                case ast.Starred(value=ast.Name(id=word)) if word in self.tuples:
                    listed += self.tuples[word]
                case ast.Starred(value=inner):
                    arguments = written.node.args
                    count = required(arguments) - len(args) + 1
                    if arguments.defaults or arguments.vararg or count < 1:
                        message = "the number of items is not known here"
                        self.refuse("BG016", message, arg, "pass them one by one")
                    words = [
                        self._fresh("item", written.name, _Local())
                        for _ in range(count)
                    ]
                    items = [stored(word, inner) for word in words]
                    target = at(inner, ast.Tuple([*items], ast.Store()))
                    before.append(at(inner, Added([target], inner)))
                    listed += [name(word, inner) for word in words]
                case _:
                    listed.append(arg)
        return listed

    # -- bodies

    def _inlined(
        self,
        call: ast.Call,
        written: Written,
        before: list[ast.stmt],
        args: list[ast.expr],
        keywords: list[ast.keyword],
    ) -> Piece:
        """The statements of a function for one call, and what it returns."""
        self._check(call, written)
        try:
            fit = passed(written.node.args, len(args), keywords)
        except Mismatch as error:
            message = f"`{written.name}`: {error.message}"
            self.refuse("BG014", message, error.node or call)
        copied = self._copy(call, written.node)
        values = [*args, *(keyword.value for keyword in keywords)]
        pairs = [(param, values[place]) for param, place in fit.given]
        pairs += [(p, written.defaults.get(p, d)) for p, d in fit.defaults]
        new, bound = self._parameters(copied, written.name, pairs)
        if copied.args.vararg:
            rest = [values[place] for place in fit.rest]
            bound += self._rest(copied, written.name, rest, new)
        for word in sorted(own_names(copied) - new.keys()):
            new[word] = name(self._fresh(word, written.name, _Local()), call)
        Renaming(new).body(copied)
        body = self._body(written, copied)
        result: ast.expr = at(call, ast.Constant(None))
        if body and isinstance(body[-1], ast.Return):
            last = body.pop()
            assert isinstance(last, ast.Return)
            assert last.value is not None
            if not isinstance(last.value, ast.Name) or last.value.id != _NOTHING:
                result = last.value
        return Piece((*before, *bound, *body), result, self.function(result))

    def _check(self, call: ast.Call, written: Written) -> None:
        node = written.node
        if written.key in self.active:
            message = f"`{written.name}` calls itself: recursion is not supported yet"
            self.refuse("BG012", message, call, "write it as a loop")
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            text = ast.unparse(node.decorator_list[0])
            message = f"decorator `@{text}` may change what the function computes"
            self.refuse("BG017", message, node.decorator_list[0])
        if node.args.kwarg is not None:
            message = f"`{written.name}` takes `**{node.args.kwarg.arg}`"
            self.refuse("BG010", f"{message}: not supported", call)
        for inner in ast.walk(node):
            match inner:
                case ast.Global() | ast.Nonlocal():
                    message = "writing to outer names is not supported"
                    self.refuse("BG010", message, inner, "pass the value in")
                case ast.Yield() | ast.YieldFrom():
                    self.refuse("BG010", "generators are not supported", inner)
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

        A name as argument is used itself, unless the parameter is bound again, or
        could be read when that name has another value.
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
            variable = isinstance(value, ast.Name) and not inside
            if param not in again and (variable or _is_literal(value)):
                new[param] = value
                continue
            word = self._fresh(param, prefix, _Local())
            new[param] = name(word, value)
            bound += self._held(word, value)
        return new, bound

    def _rest(
        self,
        node: Definition,
        prefix: str,
        values: list[ast.expr],
        new: dict[str, ast.expr],
    ) -> list[ast.stmt]:
        """The tuple that `*args` is, of values that have names."""
        assert node.args.vararg is not None
        param = node.args.vararg.arg
        bound: list[ast.stmt] = []
        items: list[ast.expr] = []
        for value in values:
            if not isinstance(value, ast.Name) and not _is_literal(value):
                word = self._fresh("item", prefix, _Local())
                bound += self._held(word, value)
                value = name(word, value)
            items.append(value)
        word = self._fresh(param, prefix, _Local())
        new[param] = name(word, node.args.vararg)
        whole = ast.Tuple(items, ast.Load())
        place = values[0] if values else node.args.vararg
        target = stored(word, place)
        if param not in set(bound_in(node)):
            self.tuples[word] = items
        return [*bound, at(place, Added([target], at(place, whole)))]

    def _body(self, written: Written, node: Definition) -> list[ast.stmt]:
        """The statements of a copied function, with a `return` at the end at most."""
        nodes = _with_value(body_of(node))
        self.added += sum(isinstance(n, ast.stmt) for s in nodes for n in ast.walk(s))
        if self.added > _MOST_STATEMENTS:
            message = "with the functions that are called, this is too long"
            self.refuse("BG007", message, node, "call them less often: in loops")
        inner = {n.id for s in nodes for n in ast.walk(s) if isinstance(n, ast.Name)}
        self.used |= inner
        plain = Plain(self.names, self.refuse, self.builtin, self.used).block(nodes)
        self.active.append(written.key)
        nodes = self.block(plain)
        self.active.pop()
        return without_jumps(nodes, self.names, self.refuse, f"{written.name}_out")


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


def _is_literal(node: ast.expr) -> bool:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return True
        case _:
            return isinstance(node, ast.Constant)


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
