"""Words of the rules of linear algebra (`rules/linalg.py`): what depends on ranks and
on arguments that are constants."""

from __future__ import annotations

from ...ir import expr as ir
from ...ir.expr import Attribute, Binary, Call, Const, Expr, Index, Ref
from ...ir.types import Array
from ...rules.kinds import Kinds
from ...rules.results import shape_of as known_shape
from ..building.build import (
    NOTHING,
    WHOLE,
    carrier,
    helper,
    indexed,
    literal,
    numpy,
    of_array,
    shape_of,
)
from ..building.pull import Pull, Word, as_array
from .matrices import known_rank, transposed

_EVERY = Const("...")
_MATRIX = 2
_SPACE = 3
_TRUE = Const("True")


def _mt(pull: Pull, value: Expr) -> Expr:
    """A matrix, or a stack of them, transposed."""
    return transposed(value, known_rank(value, pull.kinds) or 0)


def _per_matrix(pull: Pull, value: Expr) -> Expr:
    """One number for each matrix of a stack, spread over the matrix."""
    rank = known_rank(value, pull.kinds)
    if rank == 0:
        return value
    if rank is None:
        value = numpy("asarray", value)
    return indexed(value, [_EVERY, NOTHING, NOTHING])


def _row(pull: Pull, value: Expr) -> Expr:
    """One vector for each matrix of a stack, spread over its rows."""
    if known_rank(value, pull.kinds) == 1:
        return value
    return Index(value, ir.Sequence("tuple", (_EVERY, NOTHING, WHOLE)))


# -- systems of equations


def _cho_solve_back(pull: Pull, g: Expr) -> Expr:
    """The gradient of the right side: the matrix is symmetric."""
    path = Ref("scipy.linalg.cho_solve")
    return Call(path, (pull.bound["xs"], g))


def _cho_solve_left(pull: Pull, db: Expr, out: Expr) -> Expr:
    pair = pull.bound["xs"]
    assert isinstance(pair, ir.Sequence)
    made = helper("_cho_solve_left", db, out, *pair.items)
    pull.kinds.note(made, as_array(pull.kinds.of(pair.items[0])))
    return made


def _offsets(pull: Pull) -> Expr:
    """How far below the diagonal each place of a square is."""
    place = numpy("arange", of_array(carrier(pull.bound["x"], pull.kinds), "size"))
    return numpy("subtract.outer", place, place)


def _shapes(kinds: Kinds, a: Expr, b: Expr) -> tuple[Expr, Expr]:
    return shape_of(a, kinds), shape_of(b, kinds)


def _solve_back(pull: Pull, g: Expr, a: Expr, b: Expr) -> Expr:
    """The gradient of the right side of `a @ x = b`."""
    kinds = pull.kinds
    m, n = known_rank(a, kinds), known_rank(b, kinds)
    match m, n:
        case (None, _) | (_, None):
            return helper("_solve_right", g, a, *_shapes(kinds, a, b))
        case 2, _:
            return numpy("linalg.solve", transposed(a, _MATRIX), g)
        case _, 1:
            column = indexed(g, [_EVERY, NOTHING])
            whole = numpy("linalg.solve", transposed(a, m), column)
            return indexed(whole, [_EVERY, Const("0")])
        case _ if n == m - 1:
            return helper("_solve_right", g, a, *_shapes(kinds, a, b))
        case _:
            return numpy("linalg.solve", transposed(a, m), g)


def _solve_left(pull: Pull, db: Expr, x: Expr, a: Expr, b: Expr) -> Expr:
    """The gradient of the matrix of `a @ x = b`."""
    kinds = pull.kinds
    m, n = known_rank(a, kinds), known_rank(b, kinds)
    match m, n:
        case (None, _) | (_, None):
            return helper("_solve_left", db, x, *_shapes(kinds, a, b))
        case 2, 1:
            made = numpy("outer", db, x)
        case _, 1:
            row = Index(x, ir.Sequence("tuple", (_EVERY, NOTHING, WHOLE)))
            made = Binary("*", indexed(db, [_EVERY, NOTHING]), row)
        case _ if n == m - 1:
            return helper("_solve_left", db, x, *_shapes(kinds, a, b))
        case _:
            made = Binary("@", db, transposed(x, max(m, n)))
    return ir.Unary("-", made)


def _solve_triangular_back(pull: Pull, g: Expr) -> Expr:
    bound, kinds = pull.bound, pull.kinds
    turned = kinds.static(bound["trans"]) in (0, "N")
    options: dict[str, Expr] = {}
    if turned:
        options["trans"] = Const("1")
    for name in ("lower", "unit_diagonal"):
        if kinds.static(bound[name]):
            options[name] = _TRUE
    path = Ref("scipy.linalg.solve_triangular")
    made = Call(path, (bound["a"], g), tuple(options.items()))
    kinds.note(made, Array(known_shape(bound["b"], kinds)))
    return made


def _solve_triangular_left(pull: Pull, db: Expr) -> Expr:
    """Only one triangle of the matrix is read, its diagonal perhaps not."""
    bound, kinds = pull.bound, pull.kinds
    pair = [db, pull.out]
    if kinds.static(bound["trans"]) not in (0, "N"):
        pair.reverse()
    if known_rank(bound["b"], kinds) == 1:
        made = numpy("outer", *pair)
    else:
        made = Binary("@", pair[0], transposed(pair[1], _MATRIX))
    lower = bool(kinds.static(bound["lower"]))
    shift: Expr = NOTHING
    if kinds.static(bound["unit_diagonal"]):
        shift = literal(-1 if lower else 1)
    return ir.Unary("-", numpy("tril" if lower else "triu", made, k=shift))


# -- factorizations


def _cholesky_back(pull: Pull, g: Expr) -> Expr:
    """The function for lower triangles, on transposed matrices for upper ones."""
    bound, kinds = pull.bound, pull.kinds
    if "upper" in bound.args:
        upper = kinds.static(bound["upper"]) is True
    else:
        upper = kinds.static(bound["lower"]) is not True
    if not upper:
        return helper("_cholesky", g, pull.out)
    return _mt(pull, helper("_cholesky", _mt(pull, g), _mt(pull, pull.out)))


def _svd_part(pull: Pull, g: Expr) -> Expr:
    """The gradient through one of `U`, `S` and `Vh`, or through `S` alone."""
    part = pull.bound.part
    if part is None:
        return helper("_singular_values", g, pull.bound["a"])
    u, s, vt = (pull.result(i) for i in range(3))
    match part:
        case 0:
            return helper("_left_vectors", g, u, s, vt)
        case 1:
            return Binary("@", Binary("*", u, _row(pull, g)), vt)
        case _:
            turned = (_mt(pull, g), _mt(pull, vt), s, _mt(pull, u))
            return _mt(pull, helper("_left_vectors", *turned))


def _expm_back(pull: Pull, g: Expr) -> Expr:
    """The derivative at the transposed matrix in the direction of `g`."""
    options = (("compute_expm", Const("False")),)
    at = transposed(pull.bound["a"], _MATRIX)
    made = Call(Ref("scipy.linalg.expm_frechet"), (at, g), options)
    # SciPy computes it in double precision
    return Call(Attribute(made, "astype"), (Attribute(pull.out, "dtype"),))


WORDS: dict[str, Word] = {
    "mt": _mt,
    "row": _row,
    "per_matrix": _per_matrix,
    "cho_solve_back": _cho_solve_back,
    "cho_solve_left": _cho_solve_left,
    "offsets": _offsets,
    "solve_back": _solve_back,
    "solve_left": _solve_left,
    "solve_triangular_back": _solve_triangular_back,
    "solve_triangular_left": _solve_triangular_left,
    "cholesky_back": _cholesky_back,
    "svd_part": _svd_part,
    "expm_back": _expm_back,
}
