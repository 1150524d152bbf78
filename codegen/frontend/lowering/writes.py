"""Writing to elements of arrays and lists."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...errors import BackgenError
from ...ir.dims import ShapeMismatch, broadcast, shape_text
from ...ir.expr import Attribute, Binary, Call, Const, Expr, Index, Ref, Sequence, Var
from ...ir.joining import (
    holding_at,
    is_keyed,
    item_type,
    key_type,
    keyed_by,
    row_type,
)
from ...ir.memory import VIEW_METHODS
from ...ir.stmt import Assign, Stage, Write
from ...ir.types import Array, Items, List, Number, Opaque, Tree, Type, Unknown
from ...rules.kinds import Kinds
from ...rules.lists import levels
from ...rules.rule import OPERATORS
from ..syntax.added import at, stored
from ..syntax.walking import names_in
from ..uses.arrays import changes_array
from .body import Body, is_scalar
from .joining import Joining
from .lists import NO_KEY
from .rows import check_row
from .targets import bind, parts, refuse_target

WHOLE = Const("...")
# What may give a view, so that an array is written to through it.
_VIEWS = VIEW_METHODS | {"ravel"}
_VIEW_FUNCTIONS = frozenset(f"numpy.{name}" for name in _VIEWS)


def has_elements(target: ast.expr) -> bool:
    """Whether a target has an element among its parts."""
    match target:
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return any(map(has_elements, items))
        case _:
            return isinstance(target, ast.Subscript)


def assign_elements(
    body: Body, node: ast.stmt, targets: list[ast.expr], value: ast.expr
) -> None:
    """`x[i] = e`; with several targets the value is held by names of its own first,
    because the first writes may change what the value of the others is made of."""
    if len(targets) == 1 and isinstance(targets[0], ast.Subscript):
        lowered, kind = body.lowering.lower(value)
        write(body, node, targets[0], lowered, kind, body.stage(node))
        return
    if len(targets) > 1 and isinstance(targets[0], ast.Name):
        lowered, kind = body.lowering.lower(value)
        _spread(body, node, targets[0], lowered, kind)
        lowered, targets = Var(targets[0].id), targets[1:]
    else:
        lowered, kind = _held(body, targets[0], value)
    for target in targets:
        _spread(body, node, target, lowered, kind)


def _held(body: Body, target: ast.expr, value: ast.expr) -> tuple[Expr, Type]:
    """A value as constants and fresh names, and its type."""
    match target, value:
        case ast.Tuple(elts=names) | ast.List(elts=names), ast.Tuple(
            elts=items
        ) | ast.List(elts=items) if len(names) == len(items):
            held = [_held(body, n, v)[0] for n, v in zip(names, items, strict=True)]
            return Sequence("tuple", tuple(held)), Opaque()
    lowered, kind = body.lowering.lower(value)
    if isinstance(lowered, Const):
        return lowered, kind
    root = target
    while isinstance(root, ast.Subscript):
        root = root.value
    wish = f"{root.id}_new" if isinstance(root, ast.Name) else "held"
    name = Var(body.names.fresh(wish, target))
    body.lowering.types[name.name] = kind
    body.hold([(name.name, lowered, kind)])
    body.add(Assign((name,), lowered))
    return name, kind


def _spread(
    body: Body, node: ast.stmt, target: ast.expr, value: Expr, kind: Type
) -> None:
    """Give each part of a target its part of the value, from left to right."""
    match target:
        case ast.Subscript():
            write(body, node, target, value, kind, body.numbered(node, node))
        case ast.Name(id=name):
            body.lowering.types[name] = kind
            body.hold([(name, value, kind)])
            body.add(Assign((Var(name),), value, stage=body.numbered(node, node)))
        case ast.Tuple(elts=items) | ast.List(elts=items):
            if not isinstance(value, Sequence):
                names = [stored(body.names.fresh("held", n), n) for n in items]
                whole = at(target, ast.Tuple([*names], ast.Store()))
                shown = bind(body, whole, None, kind)
                assert isinstance(shown, Sequence)
                body.add(Assign((shown,), value))
                value = shown
            each = parts(body, target, value, kind)
            for item, (part, part_kind) in zip(items, each, strict=True):
                assert part is not None
                _spread(body, node, item, part, part_kind)
        case _:
            refuse_target(body.lowering, target)


def write(
    body: Body,
    node: ast.stmt,
    target: ast.Subscript,
    value: Expr,
    kind: Type,
    stage: Stage | None,
    op: str = "",
) -> None:
    """`x[i] = value`, where the value is lowered already.

    Raises:
        Refused: where the base is not an array or list in a variable, or the value
            does not fit into the elements.
    """
    low = body.lowering
    body.forbid_walrus(target)
    if give_item(body, node, target, value, kind, stage):
        return
    base, base_kind = low.lower(target.value)
    root = root_of(base)
    if root is None:
        message = "only elements of an array or list that has a name can be written to"
        low.refuse("BG010", message, target, "give it a name first")
    match base_kind:
        case Array():
            index, region = low.lower(as_read(target))
            assert isinstance(index, Index)
            write_at(body, node, index, region, (value, kind), stage, op)
            return
        case Items("list") | List():
            place, place_kind = low.lower(target.slice)
            if not _is_place(base_kind, place_kind):
                message = "only one element of a list can be written to at a time"
                if isinstance(base_kind, List) and base_kind.keyed:
                    message = NO_KEY
                    if base_kind.given:
                        message = "a dict whose keys are put together cannot be changed"
                    low.wanted.ask(root.name)
                low.refuse("BG016", message, target.slice)
            index = Index(base, place)
            _store(body, node, target, index, root, value, kind)
            _note_key(body, node, root, place_kind)
        case Items() | Tree("tuple"):
            low.refuse("BG010", "a tuple cannot be written to", target)
        case Tree():
            message = "giving an item another array is not supported"
            low.refuse("BG010", message, target, "write to its elements: `[...] =`")
        case _:
            low.refuse("BG015", "this has no elements to write to", target)
    body.add(Write(index, value, op, stage, row=row_type(kind) is not None))


def write_at(
    body: Body,
    node: ast.stmt,
    index: Index,
    region: Type,
    value: tuple[Expr, Type],
    stage: Stage | None,
    op: str = "",
) -> None:
    """`x[i] = value` of an array, where all is lowered already.

    Args:
        region: the type of `x[i]`.
        value: with its type.
    """
    made, kind = as_array(body, node, *value)
    check_fits(body, node, region, kind)
    body.add(Write(index, made, op, stage))


def give_item(
    body: Body,
    node: ast.stmt,
    target: ast.Subscript,
    value: Expr,
    kind: Type,
    stage: Stage | None,
) -> bool:
    """`params["W"] = value`, an item of the caller's; False for any other target."""
    low = body.lowering
    base, base_kind = low.lower(target.value)
    if not isinstance(base_kind, Tree) or base_kind.kind == "tuple":
        return False
    variable = low.unpacked.variable(base, base_kind, low.lower(target.slice)[0])
    if variable is None:
        return False
    if not isinstance(kind, Number | Array):
        message = "only numbers and arrays can be items of such a dict"
        low.refuse("BG015", message, node)
    low.types[variable.name] = kind
    body.hold([(variable.name, value, kind)])
    if not is_scalar(kind):
        body.share([variable.name])  # the caller has it too
    body.add(Assign((Var(variable.name), variable.item), value, stage=stage))
    return True


def as_array(body: Body, node: ast.stmt, value: Expr, kind: Type) -> tuple[Expr, Type]:
    """A display of numbers, `[a, b]`, as the array that it stands for."""
    if not isinstance(value, Sequence) or not value.items:
        return value, kind
    made = Call(Ref("numpy.array"), (value,))
    found = Kinds(body.lowering.types).of(made)
    numbers = isinstance(kind, Items) or all(
        isinstance(item, Array | Number) and item.rank == 0
        for item in (kind.items.values() if isinstance(kind, Tree) else [kind])
    )
    return (made, found) if numbers else (value, kind)


def has_root(base: Expr) -> bool:
    """Whether a base is made of the elements of a variable."""
    return root_of(base) is not None


def root_of(base: Expr) -> Var | None:
    """The variable whose elements a base is made of."""
    while True:
        match base:
            case Var():
                return base
            case Index(inner, _) | Attribute(inner, "T" | "mT" | "flat"):
                base = inner
            case Call(Attribute(inner, method)) if method in _VIEWS:
                base = inner
            case Call(Ref(path), (inner, *_)) if path in _VIEW_FUNCTIONS:
                base = inner
            case _:
                return None


def as_read(target: ast.Subscript) -> ast.Subscript:
    read = ast.Subscript(target.value, target.slice, ast.Load())
    return ast.copy_location(read, target)


def _store(
    body: Body,
    node: ast.stmt,
    target: ast.expr,
    element: Index,
    root: Var,
    value: Expr,
    kind: Type,
) -> None:
    """An element of a list, or of a list in one, is another value from here on."""
    low = body.lowering
    if row_type(kind) is not None:
        check_row(body, node, target, element, kind)
    elif not isinstance(kind, Number | Array):
        message = "only numbers and arrays can be items of such a list"
        low.refuse("BG015", message, node)
    body.put_in(root.name, value, kind)
    low.types[root.name] = _holding(low.types, element, root, kind)


def _holding(types: dict[str, Type], element: Index, root: Var, item: Type) -> List:
    """The type of a list, or of a list with lists in it, of which an element is of
    this type from here on."""
    list_ = types[root.name]
    assert isinstance(list_, Items | List)
    return holding_at(list_, levels(element, Kinds(types)), item, Joining())


def _is_place(kind: Items | List, place: Type) -> bool:
    """Whether this is an index of one element of a list, or a key of a dict."""
    if is_keyed(kind):
        return key_type(place) is not None
    return isinstance(place, Number) and place.kind == "int"


def _note_key(body: Body, node: ast.stmt, root: Var, place: Type) -> None:
    """Keys of a dict are all of one type."""
    low = body.lowering
    dict_ = low.types[root.name]
    if isinstance(dict_, List) and dict_.keyed:
        low.types[root.name] = made = keyed_by(dict_, place)
        if isinstance(made.key, Opaque):
            message = "the keys of such a dict have to be of one type"
            low.refuse("BG015", message, node)


def check_fits(body: Body, node: ast.stmt, region: Type, kind: Type) -> None:
    """Refuse a value that does not go into the elements of an array."""
    low = body.lowering
    if not isinstance(kind, Number | Array):
        hint = "make it an array: `np.array(...)`"
        low.refuse("BG015", "an array or a number is needed here", node, hint)
    assert isinstance(region, Array)
    if region.kind in ("int", "bool") and kind.kind in ("float", "any"):
        message = "writing into an array of integers cuts the fraction off"
        low.refuse("BG015", message, node, "make it an array of floats")
    if isinstance(kind, Number) or isinstance(region.shape, Unknown):
        return
    if isinstance(kind.shape, Unknown):
        return
    try:
        fits = broadcast(region.shape, kind.shape) == region.shape
    except ShapeMismatch:
        fits = False
    known = all(dim.is_known for dim in (*region.shape, *kind.shape))
    if known and not fits:
        message = f"an array of shape {shape_text(kind.shape)} does not go into "
        low.refuse("BG020", f"{message}{shape_text(region.shape)}", node)


# -- augmented assignments


def augment_element(body: Body, node: ast.AugAssign, target: ast.Subscript) -> None:
    """`x[i] += e`. An array in a list becomes a new one, so that what is kept of it
    for the backward pass stays as it was."""
    read = body.lowering.lower(as_read(target))[0]
    if isinstance(read, Var) and read.name in body.lowering.unpacked.names():
        kind = body.lowering.types[read.name]
        if isinstance(kind, Array) and not is_scalar(kind):
            augment_name(body, node, ast.copy_location(ast.Name(read.name), target))
            return
    whole = ast.BinOp(as_read(target), node.op, node.value)
    is_new = _is_array_of_list(body, node, target)
    lowered, kind = body.lowering.lower(ast.copy_location(whole, node))
    stage = body.stage(node)
    op = "" if is_new else OPERATORS[type(node.op)]
    write(body, node, target, lowered, kind, stage, op)


def _is_array_of_list(body: Body, node: ast.AugAssign, target: ast.Subscript) -> bool:
    """Whether this is an array in a list; refused where not only the list may hold it,
    because it is changed in place."""
    low = body.lowering
    base, kind = low.lower(target.value)
    if not isinstance(base, Var) or not isinstance(kind, List):
        return False
    if item_type(kind).rank == 0:
        return False
    if base.name not in body.owned:
        text = ast.unparse(target)
        message = f"this changes an array in place that not only `{base.name}` may hold"
        hint = f"write `{text} = {text} {OPERATORS[type(node.op)]} ...`"
        low.refuse("BG022", message, node, hint)
    return True


def augment_name(body: Body, node: ast.AugAssign, target: ast.Name) -> None:
    """`x += e`: another value of `x`, unless something else holds the array too."""
    low = body.lowering
    name, op = target.id, OPERATORS[type(node.op)]
    before = low.types.get(name)
    read = ast.copy_location(ast.Name(name, ast.Load()), target)
    whole = ast.copy_location(ast.BinOp(read, node.op, node.value), node)
    if isinstance(before, Array) and name not in body.owned:
        if is_scalar(before) or name in body.mixed:
            message = f"this changes an array in place that not only `{name}` may hold"
            hint = f"write `{name} = {name} {op} ...`, which makes a new one"
            low.refuse("BG010", message, node, hint)
        if isinstance(before.shape, Unknown) and not (
            _is_declared(body, before.shape) or changes_array(node, body.nodes)
        ):
            words = [*_gone_over(body, name)]
            for word in words:
                low.wanted.ask(word)  # perhaps a list of known length
            doubt = _number_or_array(body, read, op)
            if words or low.doubts is None:
                raise doubt
            low.doubts.append(doubt)
            lowered, low.types[name] = low.lower(whole)  # as of a number
            body.add(Assign((Var(name),), lowered, "", body.stage(node)))
            return
        lowered, kind = low.lower(whole)
        assert isinstance(lowered, Binary)
        check_fits(body, node, before, kind)
        elements = Index(Var(name), WHOLE)
        value = Binary(op, Var(name), lowered.right)
        body.add(Write(elements, value, op, body.stage(node)))
        return
    lowered, low.types[name] = low.lower(whole)
    body.owned.add(name)
    body.mixed.discard(name)
    body.add(Assign((Var(name),), lowered, op, body.stage(node)))


def _number_or_array(body: Body, node: ast.Name, op: str) -> BackgenError:
    """What is said of `x += e` where only an array would change in place, with the name
    as it stands there."""
    name = body.lowering.file.segment(node) or node.id
    message = f"whether `{name}` is a number or an array must be known here"
    hint = f'write `{name} = {name} {op} ...`, or annotate it: `x: float`, `x: "N, D"`'
    return body.lowering.file.error("BG021", message, node, hint)


def _gone_over(body: Body, name: str) -> Iterator[str]:
    """The lists of the function's own that give a name its values."""
    for node in (inner for outer in body.nodes for inner in ast.walk(outer)):
        if not isinstance(node, ast.For) or all(
            one.id != name for one in names_in([node.target])
        ):
            continue
        for one in names_in([node.iter]):
            made = one.id not in body.params
            if made and isinstance(body.lowering.types.get(one.id), List):
                yield one.id


def _is_declared(body: Body, shape: Unknown) -> bool:
    """Whether this is the shape of a parameter, or of an item of one, that is an array
    for certain."""
    low = body.lowering
    if shape.name in low.arrays:
        return True
    return shape.name in body.params and shape.name not in low.assumed
