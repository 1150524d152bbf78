"""Arrays in expressions of the input: their types, and what is refused about them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from difflib import get_close_matches
from typing import NoReturn

from ...errors import STATE_SHAPES
from ...ir.dims import ShapeMismatch
from ...ir.expr import Attribute, Call, Const, Expr, Index, Ref, Sequence, Var
from ...ir.types import (
    TEXT,
    Array,
    Generator,
    Items,
    List,
    Number,
    Opaque,
    Tree,
    Type,
    Unknown,
)
from ...ir.walk import postorder
from ...rules import lookup
from ...rules.kinds import Kinds
from ...rules.lists import is_place, new_list
from ...rules.pullback import Bound, Pullback, ShapeNeeded, Unsupported
from ...rules.results import is_constant
from ...rules.rule import Kind
from .context import Context, Done, object_hint
from .texts import text_method

# Attributes of arrays that are no arrays.
_FACTS = frozenset({"shape", "ndim", "size", "dtype"})

# Lists whose number of items nobody states.
_UNCOUNTED = (Items("list", None), Items("tuple", None))


def is_array(*kinds: Type) -> bool:
    """Whether an array, or something that holds arrays, is among them."""
    return any(isinstance(kind, Array | Tree) for kind in kinds)


def typed(
    low: Context, node: ast.expr, lowered: Expr, parts: Iterable[ast.expr], done: Done
) -> tuple[Expr, Type]:
    """An expression with its type.

    Args:
        parts: the sub-expressions, with their types in `done`.
    Raises:
        Refused: BG020 where the shapes of the operands do not go together, BG014 where
            the rule of the call does not cover these arguments, BG021 where it needs
            shapes that are not known.
    """
    kinds = Kinds(low.types)
    for part in parts:
        value, kind = done[id(part)]
        kinds.note(value, kind)
    try:
        return lowered, kinds.of(lowered)
    except ShapeMismatch as mismatch:
        low.refuse("BG020", str(mismatch), node)
    except ShapeNeeded:
        refuse_unknown(low, node)
    except Unsupported as unsupported:
        called = node.func if isinstance(node, ast.Call) else node
        low.refuse("BG014", f"`{ast.unparse(called)}`: {unsupported}", node)


def listed_anew(
    low: Context, made: Expr, parts: Iterable[ast.expr], done: Done
) -> tuple[Expr, Type] | None:
    """A list that is made of the items of others; None where these are no lists of
    numbers."""
    kinds = Kinds(low.types)
    for part in parts:
        kinds.note(*done[id(part)])
    found = new_list(made, kinds)
    if found is None:
        return None
    match made:
        case (
            Index(base)
            | Call(Attribute(base, "copy"))
            | Call(Ref("builtins.sorted" | "builtins.reversed"), (base,))
        ) if not is_place(base):
            message = "a list that is made of a list without a name"
            low.refuse("BG011", message, next(iter(parts)), "give that a name before")
    return made, found


def attribute_hint(node: ast.Attribute) -> str | None:
    """What to write where something has an attribute of arrays, and is none."""
    is_array = node.attr in _FACTS or lookup.method_rule(f".{node.attr}") is not None
    if not is_array or not isinstance(node.value, ast.Name):
        return None
    return f'if it is an array, say so: `{node.value.id}: "N, D"`'


def lower_attribute(
    low: Context, node: ast.Attribute, done: Done
) -> tuple[Expr, Type] | None:
    """`x.T`, `x.shape`; None for what is no attribute of an array."""
    base, kind = done[id(node.value)]
    part = _field(base, node.attr)
    if part is not None:
        return typed(low, node, Index(base, Const(str(part))), [node.value], done)
    if not isinstance(kind, Array):
        return None
    if node.attr not in _FACTS and lookup.method_rule(f".{node.attr}") is None:
        text = f"attribute `.{node.attr}` of an array is not supported"
        low.refuse("BG011", text, node, _called(node))
    return typed(low, node, Attribute(base, node.attr), [node.value], done)


def _field(base: Expr, name: str) -> int | None:
    """The number of a result that has a name: `np.linalg.slogdet(x).sign`."""
    match base:
        case Call(Ref(path)):
            rule = lookup.array_rule(path)
            return rule.fields.index(name) if rule and name in rule.fields else None
        case _:
            return None


def _called(node: ast.Attribute) -> str | None:
    if lookup.method_rule(node.attr) is not None:
        return f"call it: `{ast.unparse(node)}()`"
    return None


# What to write for methods of lists and dicts.
_INSTEAD = {
    "update": 'bind its items one by one: `d["a"] = ...`',
    "setdefault": 'bind the item where it is not there: `d["a"] = ...`',
    "values": "go over the keys: `for k in range(n): s += d[k]`",
    "items": "go over the keys: `for k in range(n): s += d[k]`",
    "append": "give each of the lists a name of its own",
}


def lower_method(
    low: Context, node: ast.Call, func: ast.Attribute, done: Done
) -> tuple[Expr, Type]:
    """`x.sum(axis=0)`."""
    base, kind = done[id(func.value)]
    text = ast.unparse(func)
    if func.attr == "copy" and not node.args and not node.keywords:
        made = Call(Attribute(base, "copy"), ())
        copied = listed_anew(low, made, [func.value], done)
        if copied is not None:
            return copied
    if kind == TEXT:
        return text_method(low, node, func, done)
    if not isinstance(kind, Array | Generator):
        if func.attr in _INSTEAD:
            message = f"`.{func.attr}` of this is not supported here"
            low.refuse("BG012", message, node, _INSTEAD[func.attr])
        hint = object_hint(low, func.attr)
        low.refuse("BG012", f"`{text}` has no derivative rule", node, hint)
    if kind.rank == 0 and func.attr == "dot":
        low.refuse("BG012", f"`{text}`: a number has no `dot`", node, "use `*`")
    draws = isinstance(kind, Generator)
    rule = (lookup.draw_rule if draws else lookup.method_rule)(func.attr)
    if rule is None:
        close = get_close_matches(func.attr, lookup.method_names(), 1)
        hint = f"did you mean `.{close[0]}`?" if close else None
        hint = hint or object_hint(low, func.attr)
        low.refuse("BG012", f"`.{func.attr}` has no derivative rule", node, hint)
    args, keywords = _arguments(low, node, done)
    call = Call(Attribute(base, func.attr), args, keywords)
    return _applied(low, node, call, [func.value], done)


def lower_function(
    low: Context, node: ast.Call, path: str, done: Done
) -> tuple[Expr, Type]:
    """`np.sum(x, axis=0)`, `np.exp(x)`."""
    args, keywords = _arguments(low, node, done)
    if path == "numpy.array":  # which copies anyway
        keywords = tuple(one for one in keywords if one != ("copy", Const("True")))
    call = Call(Ref(path), args, keywords)
    if lookup.array_rule(path) is not None:
        return _applied(low, node, call, [], done)
    name = ast.unparse(node.func)
    for keyword in node.keywords:
        shown = "**" if keyword.arg is None else f"{keyword.arg}="
        message = f"`{shown}` is not supported in this call"
        low.refuse("BG014", message, keyword.value)
    for arg in node.args:
        operand(low, arg, done)
    if lookup.find(path, len(args), arrays=True) is None:
        count = len(node.args)
        low.refuse("BG014", f"`{name}` with {count} arguments has no rule", node)
    return typed(low, node, call, node.args, done)


def operand(low: Context, node: ast.expr, done: Done) -> None:
    """Check an operand of an elementwise operation: a number or an array."""
    match done[id(node)][1]:
        case Number() | Array():
            return
        case Items() | Tree():
            hint = "make it an array: `np.array(...)`"
            low.refuse("BG015", "an array or a number is needed here", node, hint)
        case _:
            low.refuse("BG015", "an array or a number is needed here", node)


def _arguments(
    low: Context, node: ast.Call, done: Done
) -> tuple[tuple[Expr, ...], tuple[tuple[str, Expr], ...]]:
    keywords: list[tuple[str, Expr]] = []
    for keyword in node.keywords:
        if keyword.arg is None:
            message = "`**` is not supported in this call"
            low.refuse("BG014", message, keyword.value)
        keywords.append((keyword.arg, done[id(keyword.value)][0]))
    return tuple(done[id(n)][0] for n in node.args), tuple(keywords)


def _applied(
    low: Context,
    node: ast.Call,
    call: Call,
    parts: list[ast.expr],
    done: Done,
) -> tuple[Expr, Type]:
    """A call of an operation on whole arrays, its arguments checked."""
    parts = [*parts, *node.args, *(k.value for k in node.keywords)]
    kinds = Kinds(low.types)
    for part in parts:
        kinds.note(*done[id(part)])
    call = _with_items(low, call, kinds)
    try:
        problem = kinds.problem(call)
    except ShapeMismatch as mismatch:
        low.refuse("BG020", str(mismatch), node)
    if problem is not None:
        low.refuse("BG014", f"`{ast.unparse(node.func)}`: {problem}", node)
    bound = kinds.applied(call)
    assert bound is not None
    made = _of_arrays(call, bound, kinds)
    if made is not call:
        call, bound = made, kinds.applied(made)
        assert bound is not None
    _check_constants(low, node, bound, kinds)
    operands = bound.operands()
    for one in operands:
        if isinstance(kinds.of(one.value), Opaque | Tree):
            message = f"`{one.name}` of `{bound.rule.form}` has to be an array"
            listed = bound.rule.takes_lists(one.name)
            hint = "give the tuple a name in a statement before" if listed else None
            low.refuse("BG015", message, node, hint)
        if one.place and _is_list(one.value, kinds):
            hint = "make it an array: `np.array(...)`"
            low.refuse("BG015", "a list of numbers stands for an array", node, hint)
        if kinds.of(one.value) in _UNCOUNTED:
            message = "the number of items of this list is not known here"
            low.refuse("BG016", message, node)
    unsettled = missing_rank(bound.rule, [kinds.of(one.value) for one in operands])
    if unsettled:
        refuse_unknown(low, node)
    if bound.rule.draws:
        low.drawn.append(call)
    return typed(low, node, call, parts, done)


_IN_ORDER = frozenset({"list", "tuple"})

# Arguments that decide what is written; `n` of some rules only.
_DECIDING = frozenset({"axis", "axes", "keepdims", "axis1", "axis2"})


def _check_constants(low: Context, node: ast.Call, bound: Bound, kinds: Kinds) -> None:
    """Refuse an axis that only running tells: each one has another adjoint."""
    if bound.rule.kind is not Kind.LOCAL:
        return
    names = _DECIDING | ({"n"} if bound.rule.form.startswith("diff(") else set())
    for name in names & bound.args.keys():
        if not is_constant(kinds.static(bound[name])):
            message = f"`{name}` has to be a constant here"
            hint = "write the number, or None, or give the parameter a default"
            low.refuse("BG014", message, node, hint)


def _with_items(low: Context, call: Call, kinds: Kinds) -> Call:
    """The call with the items of a tuple or list in place of a variable that holds it,
    where a rule is about them one by one."""
    rule = lookup.array_rule(call.func.path) if isinstance(call.func, Ref) else None
    bound = rule.bind(call.args, dict(call.keywords)) if rule else ""
    if rule is None or isinstance(bound, str):
        return call
    taken = {bound[name] for name in rule.pulls if rule.takes_lists(name)}

    def made(value: Expr) -> Expr:
        kind = kinds.of(value) if value in taken and isinstance(value, Var) else None
        if not isinstance(kind, Tree) or kind.open or kind.kind not in _IN_ORDER:
            return value
        items: list[Expr] = []
        for place in map(Const, map(str, range(len(kind.items)))):
            known = low.unpacked.variable(value, kind, place)
            named = known is not None and known.name in low.types
            items.append(Var(known.name) if known and named else Index(value, place))
        return Sequence(kind.kind, tuple(items))

    keywords = tuple((name, made(value)) for name, value in call.keywords)
    return Call(call.func, tuple(map(made, call.args)), keywords)


def _of_arrays(call: Call, bound: Bound, kinds: Kinds) -> Call:
    """The call with an array in place of each list that stands for one."""
    lists = {
        bound[name]
        for name in bound.rule.pulls
        if not bound.rule.takes_lists(name) and _is_list(bound[name], kinds)
    }

    def made(value: Expr) -> Expr:
        return Call(Ref("numpy.array"), (value,)) if value in lists else value

    if not lists:
        return call
    keywords = tuple((name, made(value)) for name, value in call.keywords)
    return Call(call.func, tuple(map(made, call.args)), keywords)


def _is_list(value: Expr, kinds: Kinds) -> bool:
    """Whether this is a list of numbers, not all of them constants."""
    match value:
        case Sequence():
            return any(isinstance(inner, Var) for inner in postorder(value))
        case Var():
            kind = kinds.of(value)
            if isinstance(kind, List):
                return True
            return isinstance(kind, Items) and kind.values is None
        case _:  # a part of a list, or a copy
            return isinstance(kinds.of(value), List)


def check_draws(low: Context, root: ast.expr, done: Done) -> None:
    """Refuse draws that could not be made before the stage, each for itself."""
    if not low.drawn:
        return
    hint = "draw in a stage of its own: `noise = np.random.normal(size=3)`"
    if len(set(low.drawn)) < len(low.drawn):
        low.refuse("BG011", "two draws of random numbers look the same", root, hint)
    for node in ast.walk(root):
        for part in maybe_evaluated(node):
            if not set(low.drawn).isdisjoint(postorder(done[id(part)][0])):
                message = "a draw of random numbers under a condition"
                low.refuse("BG011", f"{message} is not supported", part, hint)
    low.drawn.clear()


def maybe_evaluated(node: ast.AST) -> list[ast.expr]:
    """The operands of an expression that are not always evaluated."""
    match node:
        case ast.IfExp(body=then, orelse=other):
            return [then, other]
        case ast.BoolOp(values=[_, *rest]) | ast.Compare(comparators=[_, *rest]):
            return rest
        case _:
            return []


def missing_rank(rule: Pullback, kinds: list[Type]) -> bool:
    """Whether the rule needs ranks that are not known."""
    if not rule.ranked:
        return False
    return any(isinstance(k, Array) and isinstance(k.shape, Unknown) for k in kinds)


def refuse_unknown(low: Context, node: ast.expr) -> NoReturn:
    """Refuse an operation whose adjoint depends on ranks that are not known."""
    message = "the shape of an array must be known here"
    raise low.file.error("BG021", message, node, STATE_SHAPES)
