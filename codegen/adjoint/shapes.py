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
from ..ir.stmt import Accumulate, Assign
from ..ir.walk import is_arithmetic, names_in, transform
from .inner import Inner
from .naming import Wanted, adjoint_of

Line = Assign | Accumulate
Result = tuple[list[Line], Inner]
# Differentiates one binding: binding, varied nodes, upstream gradient, new names.
Differentiate = Callable[[Binding, frozenset[Expr], Expr | None, Wanted], Result]

Key = tuple[Expr, tuple[bool, ...]]

_TARGET = Var("s:t")


@dataclass(frozen=True)
class Form:
    """A binding in standard form: variable i of `names` is called `s:i` in `value`;
    `varied` says which of them are."""

    value: Expr
    names: tuple[str, ...]
    varied: tuple[bool, ...]

    @property
    def key(self) -> tuple[Expr, tuple[bool, ...]]:
        return self.value, self.varied


@dataclass(frozen=True)
class _Adjoint:
    """The adjoint of a standard form; `wanted` holds the names that it introduces."""

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
    known: dict[tuple[Key, bool], _Adjoint] = field(default_factory=dict)
    reaches: dict[Key, tuple[bool, bool]] = field(default_factory=dict)

    def bind(self, binding: Binding, activity: Activity) -> Form | None:
        """Take a binding into the activity; its form, None if it has none.

        Lists have none, because what an element is called says which list it is of.
        """
        if not isinstance(binding.target, Var) or not is_arithmetic(binding.value):
            return None
        names = names_in(binding.value)
        varied = tuple([Var(name) in activity.varied for name in names])
        depends = tuple([Var(name) in activity.depends for name in names])
        numbered = {name: f"s:{i}" for i, name in enumerate(names)}
        form = Form(_renamed(binding.value, numbered), names, varied)
        if depends != varied:
            activity.bind(binding)
            return form
        if form.key not in self.reaches:
            activity.bind(binding)
            dependent = binding.target in activity.depends
            self.reaches[form.key] = dependent, binding.target in activity.varied
        else:
            dependent, passes = self.reaches[form.key]
            activity.depends.update([binding.target] if dependent else ())
            activity.varied.update([binding.target] if passes else ())
        return form

    def adjoint(
        self, form: Form, target: Expr, upstream: Expr | None, wanted: Wanted
    ) -> Result:
        """The backward lines of a binding to `target`, and its inner values."""
        key = (form.key, upstream is None)
        adjoint = self.known.get(key)
        if adjoint is None:
            adjoint = self.known[key] = self._standard(form, upstream)
        return _instance(adjoint, target, form.names, wanted)

    def _standard(self, form: Form, upstream: Expr | None) -> _Adjoint:
        binding = Binding(_TARGET, form.value)
        seeds: set[Expr] = {Var(f"s:{i}") for i, on in enumerate(form.varied) if on}
        active = Activity(seeds).bind(binding)
        own = None if upstream is None else adjoint_of(_TARGET)
        wanted = Wanted()
        lines, inner = self.differentiate(binding, active, own, wanted)
        return _Adjoint(lines, inner, wanted)


def _instance(
    adjoint: _Adjoint, target: Expr, names: tuple[str, ...], wanted: Wanted
) -> Result:
    assert isinstance(target, Var)
    own = {f"s:{i}": name for i, name in enumerate(names)}
    own |= {adjoint_name(key): adjoint_name(name) for key, name in own.items()}
    own |= {_TARGET.name: target.name}
    own |= {adjoint_name(_TARGET.name): adjoint_name(target.name)}
    for key, (_, prefix, suffix) in adjoint.wanted.wishes.items():
        own[key] = wanted.new(key[0], target, prefix, suffix).name
    lines: list[Line] = []
    for line in adjoint.lines:
        value = _renamed(line.value, own)
        if isinstance(line, Assign):
            lines.append(Assign((_renamed(line.targets[0], own),), value))
        else:
            lines.append(Accumulate(_renamed(line.target, own), value))
    if not adjoint.inner.names:
        return lines, Inner()
    inner_names: dict[Expr, Var] = {}
    for node, name in adjoint.inner.names.items():
        inner_names[_renamed(node, own)] = Var(own[name.name])
    definitions = {
        _renamed(node, own): _renamed(definition, own)
        for node, definition in adjoint.inner.definitions.items()
    }
    return lines, Inner(inner_names, definitions)


def _renamed(value: Expr, names: dict[str, str]) -> Expr:
    if isinstance(value, Var):
        return Var(names.get(value.name, value.name))
    return transform(
        value, lambda n: Var(names.get(n.name, n.name)) if isinstance(n, Var) else n
    )
