"""What people call gradients: `dx`, `d_x`, `grad_x`, `x_grad`, `x_bar`, `dL_dx` ..."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

_BEFORE = (
    "gradient_ gradients_ grads_ grad_ delta_ adjoint_ adj_ bar_ del_ g_ d_ dL_d "
    "dLoss_d dloss_d dl_d dJ_d dE_d dLd grad delta d g".split()
)
_AFTER = (
    "_gradient _gradients _grads _grad _adjoint _adj _ad _delta _bar grad bar".split()
)
# of a function, behind the name of the program that it belongs to
_ENDINGS = ("_b", "_B", "_ad", "_AD", "_adj", "_bar")
_UPSTREAM = frozenset(
    "dout d_out gradout grad_out grad_output out_grad output_grad grad_outputs grad_in "
    "upstream upstream_grad upstream_gradient dupstream incoming dnext delta grad "
    "gradient g d dy dz dl dL dloss dl_dout dL_dout".split()
)
_CONTAINERS = frozenset(
    "grads gradients grad gradient g d dparams adjoints adjoint adj bar bars".split()
)
# never the gradient of a variable `s`
_PLURALS = frozenset("grads gradients adjoints bars".split())
_CACHES = frozenset(
    "cache ctx context saved saved_tensors tape memory residuals stash store kept "
    "intermediates caches res".split()
)
_BACKWARD = frozenset(
    "backward backprop backpropagate backpropagation bwd bprop back grad grads "
    "gradient gradients vjp pullback adjoint derivative derivatives".split()
)
_FORWARD = frozenset("forward fwd fprop predict loss".split())


def is_gradients(name: str) -> bool:
    """Whether a variable is called as a dict of gradients often is."""
    return name.strip("_").lower() in _CONTAINERS


def stems(name: str) -> Iterator[str]:
    """What a name may be the gradient of, the likeliest first."""
    for before in _BEFORE:
        if name.startswith(before) and len(name) > len(before):
            yield name[len(before) :]
    for after in _AFTER:
        if name.endswith(after) and len(name) > len(after):
            yield name[: -len(after)]
    # `df_dx`
    head, joint, tail = name.rpartition("_d")
    if joint and head.startswith("d") and tail:
        yield tail


def primal_of(name: str, known: Iterable[str]) -> str | None:
    """The variable of which a name is the gradient, if it is one of those known."""
    names = list(known)
    if name in _PLURALS or local_of(name, names) is not None:
        return None
    exact = {n: n for n in names}
    lower: dict[str, str] = {}
    for n in names:
        lower.setdefault(n.lower(), n)
    for table, key in ((exact, str), (lower, str.lower)):
        for stem in stems(name):
            found = table.get(key(stem))
            if found is not None and found != name:
                return found
    return None


def local_of(name: str, known: Sequence[str]) -> tuple[str, str] | None:
    """The two variables of a name such as `dz_dw`: the derivative of one by the other,
    and not of the last of all, which makes it a gradient."""
    head, joint, tail = name.partition("_d")
    inner = head[1:]
    is_local = joint and head.startswith("d") and inner in known[:-1]
    return (inner, tail) if is_local and tail in known else None


def is_upstream(name: str) -> bool:
    """Whether a parameter is called as the gradient that comes in often is."""
    return name in _UPSTREAM


def is_cache(name: str) -> bool:
    """Whether a parameter is called as what a forward pass keeps often is."""
    return name.strip("_") in _CACHES


def is_backward(name: str) -> bool:
    """Whether a function is called as one that computes gradients."""
    return not _BACKWARD.isdisjoint(name.lower().split("_"))


def adjoint_of(name: str, programs: Iterable[str]) -> str | None:
    """The program whose name, with an ending of adjoint codes, a function has."""
    stems = {name.removesuffix(ending) for ending in _ENDINGS} - {name}
    return next((program for program in programs if program in stems), None)


def base_of(name: str) -> str:
    """A function's name without the words that say which pass it is."""
    words = name.split("_")
    both = _BACKWARD | _FORWARD | {"and", "value"}
    return "_".join(word for word in words if word.lower() not in both)


def is_forward(name: str) -> bool:
    """Whether a function is called as one that computes a forward pass only."""
    words = name.lower().split("_")
    return not _FORWARD.isdisjoint(words) and _BACKWARD.isdisjoint(words)
