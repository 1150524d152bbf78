"""Stages of one shape are differentiated once.

Long programs repeat themselves: `v7 = a * sin(b)` and `v9 = c * sin(d)` have the same
adjoint but for names. A stage is brought into a standard form, with its variables
numbered; the adjoint of that form is kept, and given the stage's own names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..analysis.activity import Activity
from ..analysis.meaning import Binding
from ..analysis.values import adjoint_name
from ..ir.expr import Expr, Var
from ..ir.form import Forms, slot
from ..ir.stmt import Accumulate, Assign
from ..ir.walk import is_arithmetic, names_in
from .building.naming import Wanted, adjoint_of
from .inner import Inner

Line = Assign | Accumulate
Result = tuple[list[Line], Inner]
# Differentiates one binding: binding, varied nodes, upstream gradient, new names.
Differentiate = Callable[[Binding, frozenset[Expr], Expr | None, Wanted], Result]

Key = tuple[Expr, tuple[bool, ...]]

_TARGET = Var("s:t")


@dataclass(frozen=True)
class Form:
    """A binding in standard form: variable i of `names` is slot i in `value`; `varied`
    says which of them are."""

    value: Expr
    names: tuple[str, ...]
    varied: tuple[bool, ...]

    @property
    def key(self) -> Key:
        return self.value, self.varied


@dataclass(frozen=True)
class _Adjoint:
    """The adjoint of a standard form.

    Attributes:
        variables: the target and the slots, by name; `adjoints` are their adjoints.
        wanted: holds the names that it introduces.
    """

    variables: tuple[str, ...]
    adjoints: tuple[str, ...]
    lines: list[Line]
    inner: Inner
    wanted: Wanted


@dataclass
class Shapes:
    """What is known of standard forms, in one program.

    Attributes:
        differentiate: computes the adjoints that are not known.
        reaches: for each form, whether its value depends on an input, and whether a
            gradient gets through.
    """

    differentiate: Differentiate
    forms: Forms
    known: dict[tuple[Key, bool], _Adjoint] = field(default_factory=dict)
    reaches: dict[Key, tuple[bool, bool]] = field(default_factory=dict)

    def bind(self, binding: Binding, activity: Activity) -> Form | None:
        """Take a binding into the activity; its form, None if it has none.

        Lists have none, because what an element is called says which list it is of.
        """
        if not isinstance(binding.target, Var) or not is_arithmetic(binding.value):
            return None
        value, names = self.forms.of(binding.value)
        read = [Var(name) for name in names]
        varied = tuple([variable in activity.varied for variable in read])
        depends = tuple([variable in activity.depends for variable in read])
        form = Form(value, names, varied)
        key = form.key
        if depends != varied or binding.target in activity.depends:
            # the form does not say all: a gradient of the target itself may be wanted
            activity.bind(binding)
            return form
        if key not in self.reaches:
            activity.bind(binding)
            dependent = binding.target in activity.depends
            self.reaches[key] = dependent, binding.target in activity.varied
        else:
            dependent, passes = self.reaches[key]
            if dependent:
                activity.depends.add(binding.target)
            if passes:
                activity.varied.add(binding.target)
        return form

    def adjoint(
        self, form: Form, target: Expr, upstream: Expr | None, wanted: Wanted
    ) -> Result:
        """The backward lines of a binding to `target`, and its inner values."""
        key = (form.key, upstream is None)
        adjoint = self.known.get(key)
        if adjoint is None:
            adjoint = self.known[key] = self._standard(form, upstream)
        return self._instance(adjoint, target, form.names, wanted)

    def _standard(self, form: Form, upstream: Expr | None) -> _Adjoint:
        binding = Binding(_TARGET, form.value)
        seeds: set[Expr] = {slot(i) for i, on in enumerate(form.varied) if on}
        active = Activity(seeds).bind(binding)
        own = None if upstream is None else adjoint_of(_TARGET)
        wanted = Wanted()
        lines, inner = self.differentiate(binding, active, own, wanted)
        variables = (_TARGET.name, *names_in(form.value))
        adjoints = tuple(map(adjoint_name, variables))
        return _Adjoint(variables, adjoints, lines, inner, wanted)

    def _instance(
        self, adjoint: _Adjoint, target: Expr, names: tuple[str, ...], wanted: Wanted
    ) -> Result:
        assert isinstance(target, Var)
        values = (target.name, *names)
        own = dict(zip(adjoint.variables, values, strict=True))
        own.update(zip(adjoint.adjoints, map(adjoint_name, values), strict=True))
        for key, (_, prefix, suffix) in adjoint.wanted.wishes.items():
            own[key] = wanted.new(key[0], target, prefix, suffix).name

        def instance(value: Expr) -> Expr:
            if isinstance(value, Var):
                return Var(own[value.name])
            form, inside = self.forms.of(value)
            return self.forms.fill(form, tuple([own[name] for name in inside]))

        lines: list[Line] = []
        for line in adjoint.lines:
            value = instance(line.value)
            if isinstance(line, Assign):
                lines.append(Assign((instance(line.targets[0]),), value))
            else:
                lines.append(Accumulate(instance(line.target), value))
        if not adjoint.inner.names:
            return lines, adjoint.inner
        inner_names: dict[Expr, Var] = {}
        for node, name in adjoint.inner.names.items():
            inner_names[instance(node)] = Var(own[name.name])
        definitions = {
            instance(node): instance(definition)
            for node, definition in adjoint.inner.definitions.items()
        }
        return lines, Inner(inner_names, definitions)
