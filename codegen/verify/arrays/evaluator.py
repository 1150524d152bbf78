"""Interpreting statements, and the functions that a text defines."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from ..running.domains import Broken, Domain, Failure, Nested, Raised
from ..texts.cached import Cached, Managing
from ..texts.declared import Declared
from ..texts.effects import says_only
from ..texts.scope import Unsupported
from ..texts.signature import Signature
from .cells import is_real
from .cutting import Cut
from .expressions import Frame
from .failing import told
from .lasting import Lasting
from .managers import Leave, Managers
from .names import Names
from .surrogate import surrogate
from .values import Closure, Routine, plain
from .yielding import is_generator

_CALL_DEPTH = 40


class Evaluator(Managers):
    """Interprets statements over a domain; see `Expressions`.

    `writes` says whether an array was changed in place. `binding` has, by variable of
    what is run, what becomes of its value where it is bound.
    """

    def __init__(self, domain: Domain[Any], names: Names) -> None:
        super().__init__(domain)
        self.writes = False
        self.binding: dict[str, Callable[[Any], Any]] = {}
        # where in the text it is
        self.line = 0
        self.lines: set[int] = set()
        # by the line of a loop, how long it was at most
        self.loops: dict[int, int] = {}
        self._depth = 0
        self._routines: dict[ast.AST, tuple[Names, Signature]] = {}
        self.lasting = Lasting()
        self._module = self.outside = Frame(names)
        for node in names.constants:
            try:
                self.run([node], self._module)
            except (Failure, Unsupported):
                continue
        for name, value in self._module.env.items():
            self.lasting.keep(f"`{name}`, which the file binds", value)

    def frame(self, names: Names, env: Mapping[str, Any]) -> Frame:
        """The frame of a function with these variables; the module's constants are
        seen where nothing of its own has their name."""
        constants = self._module.env.items()
        outer = {name: value for name, value in constants if name not in names.meanings}
        return Frame(names, {**outer, **env})

    def run(self, statements: Sequence[ast.stmt], frame: Frame) -> Any:
        """Run statements; the value returned, if they return one."""
        with told():
            try:
                self.block(statements, frame)
            except Leave as leave:
                if leave.kind == "return":
                    return leave.value
                raise Broken(f"`{leave.kind}` outside of a loop") from None
        return None

    def result(self, node: ast.expr, frame: Frame) -> Any:
        """The value of an expression that stands alone."""
        with told():
            return self.value(node, frame)

    def routine(
        self, routine: Routine | Closure, args: list[Any], named: dict[str, Any]
    ) -> Any:
        names, signature = self._called(routine)
        by_place, rest = args[: signature.by_place], args[signature.by_place :]
        given = dict(zip(signature.names, by_place, strict=False)) | named
        for name, default in signature.defaults.items():
            if name not in given:
                given[name] = self._default(routine, name, default)
        every, keywords = routine.node.args.vararg, routine.node.args.kwarg
        if keywords is not None:
            extra = {n: given.pop(n) for n in [*given] if n not in signature.names}
        if set(given) != set(signature.names) or (rest and every is None):
            raise Broken("a function is called with wrong arguments")
        if every is not None:
            given[every.arg] = tuple(rest)
        if keywords is not None:
            given[keywords.arg] = extra
        if isinstance(routine.node, Declared):
            declared = routine.node
            value, cache = surrogate(
                self.arithmetic, declared.means, given, self._by_name, declared
            )
            return (value, cache) if declared.passes else value
        run = partial(self._run, routine, names, given)
        if isinstance(routine.node, Cached):
            return self.lasting.remembered(routine, given, run)
        return run()

    def _by_name(self, node: ast.FunctionDef, given: Mapping[str, Any]) -> Any:
        """Run a function of the text for its value."""
        routine = Routine(node)
        names, _ = self._called(routine)
        return self._run(routine, names, dict(given))

    def _run(
        self, routine: Routine | Closure, names: Names, given: dict[str, Any]
    ) -> Any:
        if self._depth >= _CALL_DEPTH:
            raise Nested("calls are nested too deeply")
        if isinstance(routine, Closure):
            frame = routine.frame.inside(names, given)
        else:
            frame = self.frame(names, given)
        self.enter(routine, frame)
        self._depth += 1
        try:
            if isinstance(routine.node, ast.Lambda):
                return self.value(routine.node.body, frame)
            result = self.run(routine.node.body, frame)
            return frame.given if is_generator(routine.node) else result
        finally:
            self._depth -= 1

    def _called(self, routine: Routine | Closure) -> tuple[Names, Signature]:
        """What a function sees around it, and how it is called."""
        node = routine.node
        if node not in self._routines:
            signature = Signature.of(node.args)
            outer = self._module.names
            if isinstance(routine, Closure):
                outer = routine.frame.names
            if isinstance(node, ast.FunctionDef):
                own = (node.args.vararg.arg,) if node.args.vararg else ()
                outer = outer.local(node.body, (*signature.names, *own))
            self._routines[node] = outer, signature
        return self._routines[node]

    def _default(self, routine: Routine | Closure, name: str, node: ast.expr) -> Any:
        if isinstance(routine, Closure):
            return routine.defaults[name]
        run = partial(self.value, node, self._module)
        return self.lasting.of_text(f"the default of `{name}`", node, run)

    def block(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        for node in statements:
            visit = _STATEMENTS.get(type(node))
            if visit is None:
                kind = type(node).__name__
                raise Unsupported(f"statement not supported ({kind})", node)
            self.line = getattr(node, "lineno", self.line)
            self.lines.add(self.line)
            visit(self, node, frame)

    # -- statements

    def _assign(self, node: ast.Assign, frame: Frame) -> None:
        value = self.value(node.value, frame)
        for target in node.targets:
            self.assign(target, value, frame)

    def _annotated(self, node: ast.AnnAssign, frame: Frame) -> None:
        if node.value is not None:
            self.assign(node.target, self.value(node.value, frame), frame)

    def assign(self, target: ast.expr, value: Any, frame: Frame) -> None:
        match target:
            case ast.Name(id=name):
                if self.binding and not self._depth and name in self.binding:
                    value = self.binding[name](value)
                frame.home(name)[name] = value
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                self._unpack(parts, self.sequence(value), frame)
            case ast.Attribute(value=owner, attr=name):
                changed = self.value(owner, frame)
                if not isinstance(changed, dict):
                    raise Unsupported("assignment to this is not supported", target)
                self.bind(changed, name, value)
            case ast.Subscript(value=owner, slice=index):
                place = self.index(index, frame)
                self._store(self._written(owner, frame), place, value)
            case _:
                raise Unsupported("assignment to this is not supported", target)

    def _unpack(self, parts: list[ast.expr], items: list[Any], frame: Frame) -> None:
        stars = [i for i, part in enumerate(parts) if isinstance(part, ast.Starred)]
        if stars:
            first = stars[0]
            after = len(parts) - first - 1
            middle = items[first : len(items) - after]
            items = [*items[:first], middle, *items[len(items) - after :]]
        if len(items) != len(parts):
            raise Broken(f"{len(items)} values for {len(parts)} names")
        for part, item in zip(parts, items, strict=True):
            target = part.value if isinstance(part, ast.Starred) else part
            self.assign(target, plain(item), frame)

    def _written(self, owner: ast.expr, frame: Frame) -> Any:
        """What elements are written to; `x.flat` writes to `x`."""
        match owner:
            case ast.Attribute(value=inner, attr="flat"):
                whole = self.value(inner, frame)
                if isinstance(whole, np.ndarray):
                    self.writes = True
                    return whole.flat
        return self.value(owner, frame)

    def _store(self, owner: Any, index: Any, value: Any) -> None:
        if isinstance(owner, np.flatiter):
            value = self.arithmetic.real(value) if is_real(owner.base) else value
            shape = np.shape(owner[index])
            if np.broadcast_shapes(shape, np.shape(value)) != shape:
                # NumPy cuts off what is left, which no element of an array allows
                raise Broken(f"shape {np.shape(value)} does not fit into {shape}")
        if isinstance(owner, np.ndarray):
            self.writes = True
            if is_real(owner):
                value = self.arithmetic.real(value)
            elif is_real(value):
                raise Broken("reals are written into an array of integers")
            if isinstance(value, np.ndarray) and not isinstance(
                owner[index], np.ndarray
            ):
                if value.ndim:  # NumPy takes one of one element up to 2.3
                    raise Broken("an array is written into an element")
                value = value.item()
        owner[index] = value

    def _augmented(self, node: ast.AugAssign, frame: Frame) -> None:
        match node.target:
            case ast.Name() as target:
                old = self._name(target, frame)
                new = self._updated(node.op, old, self.value(node.value, frame))
                self.assign(target, new, frame)
            case ast.Subscript(value=owner, slice=index):
                container = self._written(owner, frame)
                place = self.index(index, frame)
                old = plain(container[place])
                new = self._updated(node.op, old, self.value(node.value, frame))
                self._store(container, place, new)
            case ast.Attribute(value=owner, attr=name) as target:
                changed = self.value(owner, frame)
                old = self.member(changed, name)
                new = self._updated(node.op, old, self.value(node.value, frame))
                self.bind(changed, name, new)
            case _:
                raise Unsupported("assignment to this is not supported", node)

    def _updated(self, op: ast.operator, old: Any, value: Any) -> Any:
        """The outcome of `old op= value`; arrays and lists are changed in place."""
        if isinstance(old, list) and isinstance(op, ast.Add):
            self.writes = True
            old.extend(plain(item) for item in value)
            return old
        new = self.binary(op, old, value)
        if not isinstance(old, np.ndarray):
            return new
        if np.shape(new) != old.shape:
            raise Broken(f"shape {np.shape(new)} does not fit into {old.shape}")
        if is_real(new) and not is_real(old):
            raise Broken("an array of integers cannot take reals")
        self.writes = True
        old[...] = new
        return old

    def _expression(self, node: ast.Expr, frame: Frame) -> None:
        if not isinstance(node.value, ast.Constant) and not says_only(node.value):
            if isinstance(node.value, ast.Call):
                self.writes = True
            self.value(node.value, frame)

    def _if(self, node: ast.If, frame: Frame) -> None:
        taken = node.body if self.holds(node.test, frame) else node.orelse
        self.block(taken, frame)

    def _for(self, node: ast.For, frame: Frame) -> None:
        trips = 0
        for item in self.gone_through(self.value(node.iter, frame)):
            trips += 1
            self.steps += 1
            if self.steps > self.most_steps:
                self.give_up()
            self.assign(node.target, plain(item), frame)
            if self._breaks(node.body, frame):
                break
        else:
            self.block(node.orelse, frame)
        self._ran(node, trips)
        # a loop without a trip shows nothing of it
        self._cut(node, Cut.NONE if trips else Cut.AWAY)

    def _while(self, node: ast.While, frame: Frame) -> None:
        trips = 0
        while self.holds(node.test, frame):
            trips += 1
            if self._breaks(node.body, frame):
                break
        else:
            self.block(node.orelse, frame)
        self._ran(node, trips)

    def _ran(self, node: ast.For | ast.While, trips: int) -> None:
        self.loops[node.lineno] = max(self.loops.get(node.lineno, 0), trips)

    @property
    def trips(self) -> int:
        """How long the longest loop was."""
        return max(self.loops.values(), default=0)

    def _breaks(self, body: Sequence[ast.stmt], frame: Frame) -> bool:
        """Run the body of a loop once; whether that leaves the loop."""
        try:
            self.block(body, frame)
        except Leave as leave:
            if leave.kind == "return":
                raise
            return leave.kind == "break"
        return False

    def _match(self, node: ast.Match, frame: Frame) -> None:
        subject = self.value(node.subject, frame)
        for case in node.cases:
            if self._fits(case.pattern, subject, frame) and (
                case.guard is None or self.holds(case.guard, frame)
            ):
                self.block(case.body, frame)
                return

    def _fits(self, pattern: ast.pattern, value: Any, frame: Frame) -> bool:
        """Whether a value matches a pattern of constants and names."""
        match pattern:
            case ast.MatchValue(value=node):
                return bool(value == self.value(node, frame))
            case ast.MatchSingleton(value=constant):
                return value is constant
            case ast.MatchOr(patterns=patterns):
                return any(self._fits(part, value, frame) for part in patterns)
            case ast.MatchSequence(patterns=patterns) if isinstance(value, Sequence):
                return len(patterns) == len(value) and all(
                    self._fits(part, item, frame)
                    for part, item in zip(patterns, value, strict=True)
                )
            case ast.MatchAs(pattern=inner, name=name):
                fits = inner is None or self._fits(inner, value, frame)
                if fits and name is not None:
                    frame.env[name] = value
                return fits
        raise Unsupported("this pattern is not supported", pattern)

    def _define(self, node: ast.FunctionDef, frame: Frame) -> None:
        if node.decorator_list:
            raise Unsupported("decorators are not supported", node)
        frame.env[node.name] = self.closure(node, frame)

    def _delete(self, node: ast.Delete, frame: Frame) -> None:
        for target in node.targets:
            match target:
                case ast.Name(id=word):
                    del frame.env[word]
                case ast.Subscript(value=owner, slice=index):
                    del self._written(owner, frame)[self.index(index, frame)]
                case _:
                    raise Unsupported("`del` of this is not supported", node)

    def _return(self, node: ast.Return, frame: Frame) -> None:
        value = None if node.value is None else self.value(node.value, frame)
        raise Leave("return", value)

    def _break(self, node: ast.stmt, frame: Frame) -> None:
        raise Leave("break" if isinstance(node, ast.Break) else "continue")

    def _nonlocal(self, node: ast.Nonlocal, frame: Frame) -> None:
        frame.outer = frame.outer.union(node.names)

    def _pass(self, node: ast.stmt, frame: Frame) -> None:
        pass

    def _assert(self, node: ast.Assert, frame: Frame) -> None:
        if not self.value(node.test, frame):
            raise Broken("an assertion does not hold")

    def _raise(self, node: ast.Raise, frame: Frame) -> None:
        raise Raised("an error is raised")

    def _with(self, node: ast.With, frame: Frame) -> None:
        self.managed(node.items, node.body, frame)

    def _try(self, node: ast.Try, frame: Frame) -> None:
        """What is tried; what goes wrong there goes wrong."""
        self.block(node.body, frame)
        self.block(node.orelse, frame)
        self.block(node.finalbody, frame)


_STATEMENTS: Mapping[type[ast.stmt], Callable[..., None]] = {
    ast.Assign: Evaluator._assign,
    ast.AnnAssign: Evaluator._annotated,
    ast.AugAssign: Evaluator._augmented,
    ast.Expr: Evaluator._expression,
    ast.If: Evaluator._if,
    ast.For: Evaluator._for,
    ast.While: Evaluator._while,
    ast.Return: Evaluator._return,
    ast.Break: Evaluator._break,
    ast.Continue: Evaluator._break,
    ast.Pass: Evaluator._pass,
    ast.Global: Evaluator._pass,
    ast.Nonlocal: Evaluator._nonlocal,
    ast.Import: Evaluator._pass,
    ast.ImportFrom: Evaluator._pass,
    ast.Assert: Evaluator._assert,
    ast.Raise: Evaluator._raise,
    ast.With: Evaluator._with,
    ast.Try: Evaluator._try,
    ast.Match: Evaluator._match,
    ast.FunctionDef: Evaluator._define,
    Cached: Evaluator._define,
    Managing: Evaluator._define,
    ast.Delete: Evaluator._delete,
}
