"""Writes docs/operations.md from the rules: `python -m backgen.operations`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from .emit.printer import Printer
from .ir.expr import Expr, Ref
from .ir.walk import postorder
from .rules import lookup
from .rules.composites import COMPOSITES, Composite
from .rules.gates import GATES
from .rules.lookup import CONSTANTS
from .rules.pullback import Pullback
from .rules.rule import Gate, Kind, Rule
from .rules.scalar import RULES

_INTRODUCTION = """\
# Operations

Written by `python -m backgen.operations > docs/operations.md`; do not edit.

What has a rule, and what the rule says. A *local gradient* is the derivative of the
result with respect to one operand, in terms of the operands and of `out`, the result;
the backward pass multiplies it by the upstream gradient. Operands written `*x` are any
number of operands, and `x` is one of them. Names are those of `math`, of Python's
builtins, and of operators, however they are imported. `sum` and `math.fsum` take a list
or tuple; `math.prod`, `math.dist`, and `max` and `min` of several numbers or of a list,
are taken apart into these operations.
"""

_KINKS = """\
## Kinks

Where there is no derivative, one convention holds in every form of the same thing. At a
tie `max` and `min` pass the gradient to the second operand, as `x if x > y else y`
does; a constant counts as the second, so the gradient of `max(0, x)` at 0 is 0. The
gradient of `abs` at 0 is 0. Jumps, as those of `floor` and `%`, count as not there.
"""

_CONSTANT = """\
## Piecewise constant

The gradient is 0 wherever it exists, and counts as 0 where it does not.
"""

_DISCRETE = """\
## Integers only

Allowed for values that need no gradient; elsewhere refused with BG012.
"""

_HEADS = ("operation", "written as", "local gradients")

_GATES = """\
## Gates

A composite that is one of these is differentiated as one operation, from its result.
Sums and products match in any order, numbers in any spelling (`1`, `1.0`), signs also
as a factor (`-1 * x`). A gate that is spread over several stages is several operations.
"""


_COMPOSITES = """\
## Composites on arrays

The same for composites of arrays, in terms of the upstream gradient `g`. Sums may be
spelled as functions or methods. `m` is what was subtracted so that nothing overflows:
one number for all elements that are summed up, which gets no gradient.
"""

_COMPOSITE_HEADS = ("composite", "written as", "what the operands get")

_ARRAYS = """\
## On arrays, element by element

The functions of `math` above that NumPy or SciPy have too, and these. A comparison is a
mask: 1 where it holds, else 0. Broadcasting is undone: the gradient has the operand's
shape.
"""

_WHOLE = """\
## On whole arrays

What each operand gets, in terms of the arguments, the result `out` and the upstream
gradient `g`. `spread` gives a reduced value its axes back; a name with an underscore is
a function that the written module brings along.
"""

_WITHOUT = """\
## On arrays, without a gradient

Piecewise constant functions, functions that make arrays, and facts about arrays.
"""

_WHOLE_HEADS = ("operation", "written as", "what the operands get")


def elementwise_rules(kind: Kind) -> list[Rule]:
    """The rules of NumPy and SciPy that `math` has not."""
    return [rule for rule in lookup.elementwise_rules() if rule.kind is kind]


def _pullbacks(kind: Kind) -> list[Pullback]:
    return [rule for rule in lookup.array_rules() if rule.kind is kind]


def _whole_row(rule: Pullback) -> tuple[str, ...]:
    paths = [path for path in rule.paths if path[:1].isalpha()]
    paths += [f"x.{name.removeprefix('.')}" for name in rule.methods]
    operators = {"@": "a @ b", "[]": "x[i]"}
    paths += [operators[path] for path in rule.paths if path in operators]
    return _code(rule.form), ", ".join(map(_code, paths))


def _pullback_row(rule: Pullback) -> tuple[str, ...]:
    texts = [
        f"{name}: {', '.join(_code(ast.unparse(text)) for text in parts)}"
        for name, parts in rule.pulls.items()
    ]
    return (*_whole_row(rule), "<br>".join(texts).replace("|", "\\|"))


def _composite_row(found: Composite) -> tuple[str, ...]:
    patterns = "<br>".join(_code(ast.unparse(pattern)) for pattern in found.patterns)
    form, _, pulls = _pullback_row(found.rule)
    return form, patterns, pulls


def main() -> None:
    """Print the document."""
    print(document(), end="")


def document() -> str:
    """The text of docs/operations.md."""
    by_kind = {kind: [rule for rule in RULES if rule.kind is kind] for kind in Kind}
    sections = [
        _INTRODUCTION,
        "## Differentiable\n",
        _table(_HEADS, map(_rule_row, by_kind[Kind.LOCAL])),
        _KINKS,
        _CONSTANT,
        _table(_HEADS[:2], map(_form_row, by_kind[Kind.CONSTANT])),
        _DISCRETE,
        _table(_HEADS[:2], map(_form_row, by_kind[Kind.DISCRETE])),
        _ARRAYS,
        _table(_HEADS, map(_rule_row, elementwise_rules(Kind.LOCAL))),
        _WHOLE,
        _table(_WHOLE_HEADS, map(_pullback_row, _pullbacks(Kind.LOCAL))),
        _WITHOUT,
        _table(_HEADS[:2], map(_form_row, elementwise_rules(Kind.CONSTANT))),
        _table(_WHOLE_HEADS[:2], map(_whole_row, _pullbacks(Kind.CONSTANT))),
        "## Constants\n",
        f"{', '.join(_code(path) for path in sorted(CONSTANTS))}.\n",
        _GATES,
        _table(_HEADS, map(_gate_row, GATES)),
        _COMPOSITES,
        _table(_COMPOSITE_HEADS, map(_composite_row, COMPOSITES)),
    ]
    return "\n".join(sections)


def _form_row(rule: Rule) -> tuple[str, ...]:
    return _code(rule.form), _paths(rule)


def _rule_row(rule: Rule) -> tuple[str, ...]:
    return (*_form_row(rule), _gradients(rule.local, {**rule.lean, **rule.known}))


def _gate_row(gate: Gate) -> tuple[str, ...]:
    patterns = "<br>".join(_code(_text(pattern)) for pattern in gate.patterns)
    where = " (of a named value)" if gate.named_only else ""
    return f"{gate.name}{where}", patterns, _gradients(gate.local, {})


def _gradients(local: Mapping[str, Expr], lean: Mapping[str, Expr]) -> str:
    shown = []
    for name, gradient in local.items():
        other = f" or {_code(_text(lean[name]))}" if name in lean else ""
        shown.append(f"{name}: {_code(_text(gradient))}{other}")
    return "<br>".join(shown)


def _paths(rule: Rule) -> str:
    shown = (path.removeprefix("builtins.") for path in rule.paths)
    return ", ".join(_code("-" if path == "neg" else path) for path in shown)


def _text(template: Expr) -> str:
    """A template as the rules spell it: functions without their module."""
    paths = (node.path for node in postorder(template) if isinstance(node, Ref))
    bare = {path: path.rpartition(".")[2].lstrip("_") for path in paths}
    return Printer(bare).expression(template)


def _code(text: str) -> str:
    return f"`{text}`"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
