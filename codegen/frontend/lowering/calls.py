"""Calls of the input: which are known, and whether their arguments fit."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from types import FunctionType
from typing import NoReturn

from ...ir.expr import Call, Expr, Mapping, Ref, Sequence
from ...ir.joining import item_type
from ...ir.types import TEXT, Array, Items, List, Number, Tree, Type
from ...rules import lookup
from ...rules.inference import gives_integer
from ...rules.refused import reason
from ..source.bindings import Written
from ..source.neighbours import INSTALLED
from ..source.scope import Called, Other, home_of
from .arrays import is_array, lower_function, typed
from .context import BOOL, FLOAT, INT, Context, Done, object_hint
from .lists import call_over_list

# Calls over a whole list or tuple: the path, and whether the operands may also be
# given one by one.
_OVER_ITEMS = {
    "builtins.sum": False,
    "math.fsum": False,
    "math.prod": False,
    "builtins.max": True,
    "builtins.min": True,
}
# Builtins that mean the same of an array of one axis as functions of NumPy's.
_OF_ROWS = {"builtins.any": "numpy.any", "builtins.all": "numpy.all"}
_BOOLEAN_CALLS = frozenset(
    {"builtins.bool", "math.isnan", "math.isinf", "math.isfinite", "math.isclose"}
)
_KEYWORDS = {
    "builtins.round": ("ndigits",),
    "builtins.sum": ("start",),
    "math.prod": ("start",),
    "math.isclose": ("rel_tol", "abs_tol"),
}
_LOWERED_CALLS = frozenset({"builtins.pow", "math.dist", "math.fsum", "math.prod"})


def _check_displays(low: Context, node: ast.Call, of: Called, done: Done) -> None:
    """A function is called as such with values only: what is given tuples or dicts of
    others is written out."""
    for arg in node.args:
        value, kind = done[id(arg)]
        if isinstance(value, Sequence | Mapping) and not isinstance(kind, Items | List):
            assert isinstance(of.written, Written)
            low.wanted.called.append(of.written)
            message = "a tuple or dict of values of several kinds is not supported here"
            low.refuse("BG015", message, arg, "give it a name first")


def lower_call(low: Context, node: ast.Call, done: Done) -> tuple[Expr, Type]:
    kinds = [done[id(n)][1] for n in node.args]
    if isinstance(node.func, ast.Name):
        binding = low.scope.look(node.func.id)
        if isinstance(binding, Called) and node.func.id not in low.local:
            _check_displays(low, node, binding, done)
            path, result = low.use_pair(binding, kinds)
            return Call(Ref(path), tuple(done[id(n)][0] for n in node.args)), result
    whole = _OF_ROWS.get(low.path_of(node.func) or "")
    if whole and len(kinds) == 1 and isinstance(kinds[0], Array) and kinds[0].rank == 1:
        return lower_function(low, node, whole, done)
    listed = call_over_list(low, node, low.path_of(node.func) or "", done)
    if listed is not None:
        return listed
    path = _callee(low, node)
    if path not in low.spellings:
        low.spellings[path] = ast.unparse(node.func)
    if lookup.array_rule(path) or path.startswith(("numpy.", "scipy.")):
        return lower_function(low, node, path, done)
    if path.startswith("bisect."):
        return _searched(low, node, path, done)
    if is_array(*kinds):
        return _with_arrays(low, node, path, done)
    func = Ref(path)
    args = tuple(done[id(n)][0] for n in node.args)
    keywords = _keywords(low, node, path, done)
    call = Call(func, args, keywords)
    match path:
        case "builtins.len":
            if len(kinds) != 1 or not (isinstance(kinds[0], Items) or kinds[0] == TEXT):
                low.refuse("BG014", "`len` is for a list or tuple here", node)
            return call, INT
        case "builtins.float" if _is_text(node.args):
            return call, FLOAT
        case "builtins.pow" if len(args) == 2:
            for arg in node.args:
                low.number(arg, done)
            return call, FLOAT
        case "math.dist":
            _same_lengths(low, node, kinds)
            return call, FLOAT
    if path in _OVER_ITEMS and _takes_items(low, node, path, kinds):
        return call, INT if gives_integer(path, kinds) else FLOAT
    for arg in node.args:
        low.number(arg, done)
    if lookup.find(path, len(args)) is None:
        _wrong_count(low, node, path)
    if gives_integer(path, kinds):
        return call, INT
    return call, BOOL if path in _BOOLEAN_CALLS else FLOAT


def _searched(low: Context, node: ast.Call, path: str, done: Done) -> tuple[Expr, Type]:
    """`bisect(xs, x)`: where a number belongs in a list, or array, that is sorted."""
    kinds = [done[id(n)][1] for n in node.args]
    if len(kinds) != 2 or node.keywords:
        message = "only a list and a number are supported here"
        low.refuse("BG014", message, node, "take a part of the list: `xs[lo:hi]`")
    items, value = kinds
    numbers = isinstance(items, Items | List) and item_type(items).rank == 0
    if not numbers and not (isinstance(items, Array) and items.rank == 1):
        low.refuse("BG015", "a list of numbers is needed here", node.args[0])
    if not (isinstance(value, Number) or (isinstance(value, Array) and not value.rank)):
        low.refuse("BG015", "a number is needed here", node.args[1])
    return Call(Ref(path), tuple(done[id(n)][0] for n in node.args)), INT


def _with_arrays(
    low: Context, node: ast.Call, path: str, done: Done
) -> tuple[Expr, Type]:
    """A builtin, or a function of `math`, of an array."""
    args = tuple(done[id(n)][0] for n in node.args)
    call = Call(Ref(path), args, ())
    if path == "builtins.len" and len(args) == 1:
        return typed(low, node, call, node.args, done)
    kinds = [done[id(n)][1] for n in node.args]
    if not node.keywords and _goes_over_items(path, kinds):
        return typed(low, node, call, node.args, done)
    if path not in ("builtins.abs", "backgen.stop_gradient"):
        for kind, arg in zip(kinds, node.args, strict=True):
            if not isinstance(kind, Number | Array) or kind.rank not in (0, None):
                name = path.rpartition(".")[2]
                hint = f"use `np.{name}`"
                low.refuse("BG015", f"`{name}` is for numbers here", arg, hint)
    if node.keywords or lookup.find(path, len(args), arrays=True) is None:
        _wrong_count(low, node, path)
    return typed(low, node, call, node.args, done)


def _goes_over_items(path: str, kinds: list[Type]) -> bool:
    """Whether this is `sum`, `max` or `min` over a list of arrays or over an array, of
    items for which it has a meaning."""
    match path, kinds:
        case "builtins.sum", [first] | [first, Number() | Array()]:
            return bool(_item_ranks(first))
        case (("builtins.max" | "builtins.min"), [only]):
            ranks = set(_item_ranks(only))
            return bool(ranks) and ranks <= {0, None}
        case (("builtins.max" | "builtins.min"), [_, _, *_]):
            return all(isinstance(k, Number | Array) and not k.rank for k in kinds)
        case _:
            return False


def _item_ranks(kind: Type) -> list[int | None]:
    """The ranks of the items of a list, or of the rows of an array."""
    match kind:
        case Array(shape=()):
            return []
        case Array():
            return [None if kind.rank is None else kind.rank - 1]
        case Tree(kind="list" | "tuple", items=items, open=False):
            found = [k.rank for k in items.values() if isinstance(k, Number | Array)]
            return found if len(found) == len(items) else []
        case _:
            return []


def _callee(low: Context, node: ast.Call) -> str:
    """The path of a function that has a rule; anything else is refused here."""
    path = low.path_of(node.func)
    if path is not None and (
        lookup.known(path)
        or lookup.array_rule(path) is not None
        or path in _OVER_ITEMS
        or path in _LOWERED_CALLS
    ):
        return path
    for whole in _dicts_of(node, path):
        low.wanted.ask(whole)
    text = ast.unparse(node.func)
    root = node.func
    while isinstance(root, ast.Attribute):
        root = root.value
    if isinstance(root, ast.Name) and root.id not in low.local:
        match low.scope.look(root.id):
            case Other(what):
                message = f"calls of `{text}` are not supported: {what}"
                low.refuse("BG012", message, node)
            case None if not hasattr(builtins, root.id):
                low.refuse("BG013", f"`{root.id}` is not defined", node)
    hint = reason(path) or array_hint(path) if path else None
    if hint is None and path and path.startswith("math."):
        names = [p[5:] for p in lookup.paths() if p.startswith("math.")]
        close = get_close_matches(path[5:], names, 1)
        hint = f"did you mean `math.{close[0]}`?" if close else None
    hint = hint or (_import_hint(path) if path else None)
    if isinstance(node.func, ast.Name) and node.func.id in low.local:
        hint = hint or object_hint(low, "__call__")
    low.refuse("BG012", f"`{text}` has no derivative rule", node, hint)


def check_called(low: Context, node: ast.Call, given: list[ast.expr]) -> list[ast.expr]:
    """What a function is given; if that is a function that it would call, one without
    a rule is refused before that."""
    if any(isinstance(arg, ast.Lambda) for arg in given):
        _callee(low, node)
    return given


def _import_hint(path: str) -> str | None:
    """What to write for a function in another module. Its text is not there; or, where
    a function that the caller holds reads it, that does not say what is in there."""
    module, _, name = path.rpartition(".")
    if not module or module.partition(".")[0] in sys.stdlib_module_names | INSTALLED:
        return None
    if module not in sys.modules:
        place = module.replace(".", "/")
        return f"no `{name}` is found in a `{place}.py` beside this file"
    held = getattr(sys.modules[module], name, None)
    if not isinstance(held, FunctionType) or home_of(held) is not None:
        return None
    return f"import the function itself: `from {module} import {name}`"


def _dicts_of(node: ast.Call, path: str | None) -> Iterator[str]:
    """The names that would have to be dicts whose keys are known."""
    match node.func:
        case ast.Attribute(value=ast.Name(id=word), attr="update" | "setdefault"):
            yield word
    if path == "builtins.dict":
        yield from (arg.id for arg in node.args if isinstance(arg, ast.Name))


def _keywords(
    low: Context,
    node: ast.Call,
    path: str,
    done: Done,
) -> tuple[tuple[str, Expr], ...]:
    allowed = _KEYWORDS.get(path, ())
    out: list[tuple[str, Expr]] = []
    for keyword in node.keywords:
        if keyword.arg not in allowed:
            shown = "**" if keyword.arg is None else f"{keyword.arg}="
            low.refuse(
                "BG014", f"`{shown}` is not supported in this call", keyword.value
            )
        low.number(keyword.value, done)
        out.append((keyword.arg, done[id(keyword.value)][0]))
    return tuple(out)


def _takes_items(
    low: Context, node: ast.Call, path: str, kinds: Iterable[Type]
) -> bool:
    """Check a call over a whole list; False if the operands stand one by one."""
    kinds = list(kinds)
    one_by_one = _OVER_ITEMS[path]
    if one_by_one and len(kinds) >= 2:
        for argument, kind in zip(node.args, kinds, strict=True):
            if not isinstance(kind, Number):
                low.refuse("BG015", "a number is needed here", argument)
        return True
    start = path == "builtins.sum" and len(kinds) == 2
    if not kinds or (len(kinds) > 1 and not start):
        _wrong_count(low, node, path)
    _known_length(low, node.args[0], kinds[0])
    if start and not isinstance(kinds[1], Number):
        low.refuse("BG015", "a number is needed here", node.args[1])
    return True


def _known_length(low: Context, node: ast.expr, kind: Type) -> int:
    if not isinstance(kind, Items):
        low.refuse("BG015", "a list or tuple of numbers is needed here", node)
    if kind.length is None:
        low.refuse(
            "BG016",
            "the number of items is not known here",
            node,
            "annotate the parameter, `w: tuple[float, float, float]`, or write "
            "the elements out",
        )
    if kind.length == 0:
        low.refuse("BG015", "this list is empty", node)
    return kind.length


def _same_lengths(low: Context, node: ast.Call, kinds: list[Type]) -> None:
    if len(kinds) != 2:
        _wrong_count(low, node, "math.dist")
    lengths = [
        _known_length(low, n, kind) for n, kind in zip(node.args, kinds, strict=True)
    ]
    if lengths[0] != lengths[1]:
        message = f"points of {lengths[0]} and {lengths[1]} coordinates"
        low.refuse("BG014", message, node)


def _wrong_count(low: Context, node: ast.Call, path: str) -> NoReturn:
    name = path.rpartition(".")[2]
    count = len(node.args)
    low.refuse("BG014", f"`{name}` with {count} arguments has no rule", node)


def _is_text(args: list[ast.expr]) -> bool:
    """`float("inf")` and the like are constants."""
    match args:
        case [ast.Constant(value=str(text))]:
            return text.strip().lower().lstrip("+-") in {"inf", "infinity", "nan"}
        case _:
            return False


def array_hint(path: str) -> str | None:
    module, _, name = path.rpartition(".")
    if path.partition(".")[0] not in ("numpy", "scipy"):
        return None
    names = [p[len(module) + 1 :] for p in lookup.paths() if p.startswith(module)]
    close = get_close_matches(name, names, 1)
    return f"did you mean `{module}.{close[0]}`?" if close else None
