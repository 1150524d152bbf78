"""Reads the functions of one file, or a script."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from ...errors import BackgenError, InputError, Refused
from ...ir.expr import Var
from ...ir.program import Function, Program
from ...ir.signatures import called
from ...ir.stmt import Assign, Block, Param, Place, Return
from ...ir.types import NONE, Items, Number, Opaque, Tree, Type, carries_gradient
from ...text.arrays import computes_with_arrays
from ...text.decorators import ERRSTATE, cache_of, doubtful, silenced
from ...text.integers import Callees, integers
from ..bundles.bundles import Wanted
from ..bundles.unpacked import Unpacked
from ..calls import functions
from ..calls.calling import script_scope
from ..calls.functions import Functions
from ..desugar.known_keys import known_keys, with_known_keys
from ..lowering.body import Body
from ..lowering.expressions import Lowering
from ..lowering.outputs import finish
from ..lowering.statements import (
    Statements,
    assigned,
    imported_names,
    refused_unless_none,
)
from ..parameters.asked import as_asked
from ..parameters.object_types import object_types
from ..parameters.parameters import (
    absent_parameters,
    declared_types,
    parameter_types,
    parameters,
    refined,
)
from ..parameters.settling import (
    definitions_in,
    refused_unless,
    settled_types,
    settled_values,
    with_values,
)
from ..parameters.stated import stated
from ..source.bindings import Around, Given, Written, imports_arrays
from ..source.changing import check_unchanged
from ..source.file import SourceFile
from ..source.given import Returned, with_gradient
from ..source.neighbours import raised
from ..source.pairs import Pairs, returned_types
from ..source.raising import Raised
from ..source.scope import (
    AGAIN,
    Called,
    Global,
    Other,
    Scope,
    path_in,
)
from ..syntax.added import Names
from ..syntax.walking import own_nodes
from ..uses.dicts import known_under_texts
from .preparing import Plain, plain_form
from .scripts import inputs_of, last_stage, output_of
from .variables import asked_wrt, default_wrt


@dataclass
class Reader:
    """Reads the functions of one file; collects the module constants they use.

    Attributes:
        itself: the function where the caller holds it.
        by_hand: whether gradients that the user wrote are used.
        following: whether what is read is not to be differentiated, so that nothing is
            called as such.
        looking: whether nothing is kept of what is read but what it reads.
        named: functions whose loops say which keys they go over.
        beside: the modules that were read, by their files.
        doubts: refusals of what the functions may tell yet; None where nothing will.
        plain: what was read, in plain form.
    """

    file: SourceFile
    scope: Scope
    constants: dict[str, Assign] = field(default_factory=dict)
    constant_types: dict[str, Type] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    spellings: dict[str, str] = field(default_factory=dict)
    itself: object = None
    by_hand: bool = True
    pairs: Pairs = field(init=False)
    following: bool = False
    looking: bool = False
    named: dict[object, ast.FunctionDef] = field(default_factory=dict)
    raised: dict[int, tuple[ast.AST, Raised]] = field(default_factory=dict)
    beside: dict[Path, Scope | None] = field(default_factory=dict)
    doubts: list[BackgenError] | None = None
    plain: list[Plain] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pairs = Pairs(self._callee, set(), definitions_in(self.scope))

    def _callee(self, written: Written, given: Mapping[str, Type]) -> Function:
        assert isinstance(written.node, ast.FunctionDef)
        if written.doubtful is not None:
            self._refuse_decorator(written.doubtful)
        if written.gradient is not None:
            return with_gradient(self, written.node, written.gradient, None, given)
        function = self.lowered(written.node, (), given)
        names = [param.name for param in function.params]
        wrt = tuple(n for n in names if carries_gradient(function.types[n]))
        return replace(function, wrt=wrt, cached=written.cached is not None)

    def use_pair(self, binding: Called, kinds: list[Type]) -> tuple[str, Type]:
        """The path of a function for arguments of these types, and its result."""
        assert isinstance(binding.written, Written)
        pair = self.pairs.called(binding.written, kinds)
        return f"own.{pair.base}", called(pair.signature, kinds)

    @cached_property
    def uses_arrays(self) -> bool:
        """Whether the file imports NumPy or SciPy, or computes with arrays."""
        return imports_arrays(self.scope) or computes_with_arrays(self.file.tree)

    def lowering(
        self, types: Mapping[str, Type], local: Iterable[str], scope: Scope
    ) -> Lowering:
        return Lowering(
            self.file,
            scope,
            dict(types),
            frozenset(local),
            self.use_constant,
            self.use_pair,
            self.spellings,
            doubts=self.doubts,
        )

    def use_constant(self, name: str, binding: Global, at: ast.expr) -> Type:
        """Lower a module constant where it is first read, after those it reads."""
        if name in self.constant_types:
            return self.constant_types[name]
        if name in self.pending:
            raise self.file.error("BG013", f"`{name}` is defined by itself", at)
        if isinstance(binding.value, ast.Set):
            raise self.file.error("BG013", f"`{name}` cannot be used: a set", at)
        self.pending.append(name)
        value, kind = self.lowering({}, (), self.scope).lower(binding.value)
        self.pending.remove(name)
        if isinstance(kind, Items):
            message = f"`{name}` cannot be used: a {kind.kind} as a constant is not"
            raise self.file.error("BG015", f"{message} supported yet", at)
        if not isinstance(kind, Number | Opaque):
            check_unchanged(self.file, name, binding, value, at)
        self.constants[name] = Assign((Var(name),), value)
        self.constant_types[name] = kind
        return kind

    def function(
        self,
        node: ast.FunctionDef,
        wrt: Sequence[str] | None,
        given: Mapping[str, Type] | None = None,
        fixed: frozenset[str] = frozenset(),
        around: Around | None = None,
    ) -> Function:
        """A function, with the gradient that the user wrote for it if there is one.

        Args:
            given: types that are known from a call's arguments.
            fixed: parameters that are not differentiated if `wrt` says nothing.
            around: the objects that it is given.
        """
        mark = doubtful(node, lambda n: path_in(n, self.scope.look))
        if mark is not None:
            self._refuse_decorator(mark)
        gradient = self._given(node)
        if gradient is not None:
            return with_gradient(self, node, gradient, wrt, given or {})
        function = self.lowered(node, wrt, given, fixed, around=around)
        cached = cache_of(node, lambda n: path_in(n, self.scope.look))
        return replace(function, cached=cached is not None)

    def _given(self, node: ast.FunctionDef) -> Given | None:
        scope = self.scope
        known = node.name in scope.gradients or node.name in scope.ruled
        if not self.by_hand or not (known or scope.misread):
            return None
        functions = Functions(self, scope, Names(scope.bindings), (), self.refuse)
        found = functions.given(node, scope)
        scope.bindings.update(functions.aliases)
        return found

    def _refuse_decorator(self, mark: ast.expr) -> NoReturn:
        message = f"decorator `@{ast.unparse(mark)}` may change what the function"
        self.refuse("BG017", f"{message} computes", mark, "remove the decorator")

    def refuse(
        self,
        code: str,
        message: str,
        at: ast.stmt | ast.expr,
        hint: str | None = None,
    ) -> NoReturn:
        kind = InputError if code in ("BG003", "BG007") else Refused
        raise self.file.error(code, message, at, hint, kind)

    def lowered(
        self,
        node: ast.FunctionDef,
        wrt: Sequence[str] | None,
        given: Mapping[str, Type] | None = None,
        fixed: frozenset[str] = frozenset(),
        returned: Returned | None = None,
        around: Around | None = None,
    ) -> Function:
        """Lower one function; see `function`. It is lowered again where it turns out
        that names stand for tuples, lists or dicts that are no values.

        Args:
            returned: how its values are called, where they go to another function.
        """
        declared = declared_types(node, self.file)
        find = definitions_in(self.scope).find
        keys = known_keys(node, {**declared, **(given or {})}, find)
        # the same function each time: it is known by what it is
        named = (node, tuple((word, tuple(found)) for word, found in keys.items()))
        if named not in self.named:
            known = with_known_keys(node, keys)
            self.named[named] = raised(self, known, self.scope, id(known))
        node = self.named[named]
        wanted = Wanted()
        while True:
            try:
                return self._lowered(node, wrt, given, fixed, returned, around, wanted)
            except Refused:
                if not wanted.take():
                    raise
                while wanted.called:
                    self.pairs.exclude(wanted.called.pop())

    def _lowered(
        self,
        node: ast.FunctionDef,
        wrt: Sequence[str] | None,
        given: Mapping[str, Type] | None,
        fixed: frozenset[str],
        returned: Returned | None,
        around: Around | None,
        wanted: Wanted,
    ) -> Function:
        self._check_definition(node)
        values = settled_values(node, given or {}, self.scope)
        guarded = sorted(values.keys() - (given or {}).keys())
        given = settled_types(given or {}, values)
        node = with_values(node, values)
        outside = self.lowering({}, (), self.scope)
        params = parameters(node, self.file, lambda value: outside.lower(value)[0])
        parts = self.file.parts
        absent = absent_parameters(node, given)
        nodes = plain_form(self, node, self.scope, absent, around, wanted)
        self.plain.append(Plain.of(node, nodes, self.file))
        inside = self.scope.child()
        used = node
        if self.file.parts is not parts or around is not None:
            used = self.plain[-1].node
        known = {**given, **object_types(self, around, given)}
        types = parameter_types(used, self.file, known, self.uses_arrays, self.scope)
        types.update(known_under_texts(nodes, types))
        types.update(dict.fromkeys(absent, NONE))
        wanted.take_types(types)
        given_names = [p.name for p in params]
        named = node.name in self.pairs.taken and not values
        asked = functions.PAIRS and named and wrt != ()
        if asked and all(
            wrt is None or n in wrt or not carries_gradient(types[n])
            for n in given_names
        ):
            self.pairs.enter(node, [types[name] for name in given_names])
        bound = set(assigned(nodes, self.file.has_walrus))
        local = {*given_names, *bound}
        for name in imported_names(node.body):
            inside.bindings[name] = Other("not imported yet at this point")
        lowering = self.lowering(types, local, inside)
        lowering.assumed, lowering.arrays = stated(node, types, given)
        lowering.wanted = wanted
        if around is not None:
            lowering.perhaps, lowering.unsure = around.perhaps, {*around.unsure}
        names = Names([*local, *inside.bindings])
        whole = {n: kind for n, kind in types.items() if n not in bound}
        unpacked = lowering.unpacked = Unpacked.of(nodes, whole, names)
        lowering.types.update(unpacked.types())
        body = Statements(lowering, names, frozenset(given_names))
        if returned is not None:
            body.outputs, body.handed_on = returned.names, True
        for name in sorted(absent - given.keys()):
            body.add(refused_unless_none(name))
        for name in guarded:
            body.add(refused_unless(name, values[name]))
        block = body.run(nodes)
        block = (*unpacked.entry(), *block)
        place = self.file.place(node)
        place = Place(place.lineno, place.col, place.lineno, place.col + 3)
        if not block or not isinstance(block[-1], Return):
            message = f"`{node.name}` returns nothing"
            raise self.file.error("BG003", message, place, kind=InputError)
        chosen = self._wrt(params, types, wrt, place, block, fixed)
        for name in chosen:
            kind = types.get(name)
            if isinstance(kind, Tree) and kind.open and not kind.items:
                message = f"the items of `{name}` are not known"
                hint = (
                    f'annotate them, `{name}: {{"W": "N, D"}}`, or leave it out of wrt'
                )
                raise self.file.error("BG021", message, place, hint)
        every = {
            p.name: refined(types[p.name], body.lowering.types.get(p.name))
            if p.name not in bound
            else types[p.name]
            for p in params
        }
        every = {**every, **self.types_outside()}
        results = returned_types(block, {**lowering.types, **self.types_outside()})
        self.pairs.leave(node, results)
        return Function(
            node.name,
            node.name,
            params,
            every,
            block,
            chosen,
            place,
            results=results,
            unpacked=unpacked.names(),
            quiet=self._quiet(node, body),
        )

    def _quiet(self, node: ast.FunctionDef, body: Body) -> tuple[str, ...]:
        """The floating-point errors that a function ignores."""
        found = set(body.quiet)
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call) and path_in(mark.func, self.scope.look) == (
                ERRSTATE
            ):
                found.update(silenced(mark) or ())
        return ("all",) if "all" in found else tuple(sorted(found))

    def types_outside(self) -> dict[str, Type]:
        """The types of the module constants that were read, by their paths."""
        constants = self.constant_types.items()
        return {**{f"global.{n}": kind for n, kind in constants}, **self.pairs.types}

    def _check_definition(self, node: ast.FunctionDef) -> None:
        """Refuse a function that is not what its name stands for, or a generator."""
        binding = self.scope.look(node.name)
        if isinstance(binding, Other) and binding.what == AGAIN and binding.at:
            message = f"`{node.name}` is bound again here"
            raise self.file.error("BG013", message, binding.at)
        for inner in own_nodes(node) if self.file.has_generator else ():
            if isinstance(inner, ast.Yield | ast.YieldFrom):
                raise self.file.error("BG010", "generators are not supported", inner)

    def script(self, name: str, shown: str, wrt: Sequence[str] | None) -> Function:
        """Lower a script: literals are inputs, the last stage is the output."""
        params: list[Param] = []
        types: dict[str, Type] = {}
        outside = script_scope(self.file.tree.body, self.file.text)
        outside.folder = self.scope.folder
        known = dict(outside.bindings)
        nodes = plain_form(self, self.file.tree, outside)
        local = set(assigned(nodes, self.file.has_walrus))
        self.scope.bindings.update(outside.bindings.items() - known.items())
        scope = self.scope.child()
        body = Statements(self.lowering(types, local, scope), Names(local))
        last: ast.stmt | None = None
        body.nodes = nodes
        loops = any(isinstance(node, ast.For | ast.While | ast.If) for node in nodes)
        tree = self.file.tree
        counts = integers(tree, Callees.of(tree)).names if loops else frozenset[str]()
        for node in nodes:
            if body.begins_draws(node):
                continue  # of the sample values, which are no part of the function
            inputs = inputs_of(node, body.lowering, counts)
            if inputs is None:
                if isinstance(node, ast.Return):
                    raise self.file.error(
                        "BG002", "`return` outside of a function", node
                    )
                body.lower(node)
                last = last_stage([node]) or last
                continue
            for target, kind in inputs:
                params.append(Param(target))
                types[target] = body.lowering.types[target] = kind
            body.owned.update(t for t, kind in inputs if isinstance(kind, Number))
        self.scope.bindings.update(scope.bindings)
        if last is None:
            place = Place(1, 1, 1, 2)
            message = "there is no stage to differentiate"
            hint = "a stage is an assignment that computes, `q = x + y`"
            raise self.file.error("BG003", message, place, hint, InputError)
        place = self.file.place(last)
        finish(body, last, output_of(last))
        block = tuple(body.statements)
        chosen = self._wrt(tuple(params), types, wrt, place, block)
        return Function(name, shown, tuple(params), types, block, chosen, place)

    def _wrt(
        self,
        params: tuple[Param, ...],
        types: Mapping[str, Type],
        wrt: Sequence[str] | None,
        place: Place,
        block: Block,
        fixed: frozenset[str] = frozenset(),
    ) -> tuple[str, ...]:
        given = {param.name: types[param.name] for param in params}
        if wrt is None:
            return default_wrt(self.file, given, fixed, place)
        return asked_wrt(self.file, given, block, wrt, place)

    def program(self, read: Callable[[], Sequence[Function]]) -> Program:
        """All that is read, and the functions that it calls as such. It is read again
        where it turns out that these are called with other types too."""
        while True:
            try:
                functions = read()
            except Refused:
                if not self.pairs.changed:
                    raise
            else:
                if not self.pairs.changed:
                    break
            self.pairs.again()
        called = [pair.function for pair in self.pairs.found if pair.function]
        return Program(
            (*functions, *as_asked(functions, called)),
            tuple(self.constants.values()),
            self.scope.imports(),
            self.spellings,
        )
