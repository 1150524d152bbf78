"""`f(**config)`: which keywords a dict stands for.

    config = {"g": 9.8, "L": 1.5}        def model(W, b, x): ...
    pendulum(x, **config)                model(**params, x=x)

The keys are those of the display that the name is bound to, once; else those that the
function needs, and is not given, because any others are an error.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeGuard

from ..syntax.added import Added, at, stored
from ..syntax.renaming import Definition, defaults_of, parameter_names, shifted
from ..syntax.walking import names_in, walk

# What changes which keys a dict has.
_CHANGING = frozenset("clear pop popitem setdefault update".split())


class Unclear(Exception):
    """Nobody knows which keywords a dict stands for."""

    def __init__(self, node: ast.expr) -> None:
        super().__init__()
        self.node = node


def keys_in(nodes: Iterable[ast.stmt], steady: Iterable[str]) -> dict[str, list[str]]:
    """The dicts that some statements bind to a name, with their keys, where that is all
    that is done to these keys.

    Args:
        steady: the names that are bound once.
    """
    inner = [part for node in nodes for part in ast.walk(node)]
    found: dict[str, list[str]] = {}
    for part in inner:
        match part:
            case ast.Assign(targets=[ast.Name(id=word)], value=value):
                keys = keys_of(value)
                if keys is not None:
                    found[word] = keys
    changed = {word for part in inner for word in _changed(part)}
    return {w: k for w, k in found.items() if w in {*steady} - changed}


def keys_of(value: ast.expr) -> list[str] | None:
    """The keys of `{"a": x}` or `dict(a=x)`, if all of them are texts; None if not."""
    match value:
        case ast.Dict(keys=parts):
            keys = [k.value for k in parts if isinstance(k, ast.Constant)]
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=parts):
            keys = [k.arg for k in parts]
        case _:
            return None
    texts = [key for key in keys if isinstance(key, str)]
    return texts if len(texts) == len(parts) == len({*texts}) else None


def _changed(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Subscript(value=ast.Name(id=word), ctx=ast.Store() | ast.Del()):
            yield word
        case ast.Call(func=ast.Attribute(value=ast.Name(id=word), attr=method)):
            if method in _CHANGING:
                yield word
        case ast.AugAssign(target=ast.Name(id=word)):
            yield word


def spread(
    node: Definition,
    count: int,
    keywords: Sequence[ast.keyword],
    known: Mapping[str, Sequence[str]],
) -> list[ast.keyword]:
    """The keywords of a call, each by its name.

    Args:
        node: the function that is called, with so many positional arguments.
        known: the keys of dicts.
    Raises:
        Unclear: where only running tells the keys.
    """
    if all(keyword.arg is not None for keyword in keywords):
        return [*keywords]
    found: list[ast.keyword] = []
    for keyword in keywords:
        match keyword:
            case ast.keyword(arg=str()):
                found.append(keyword)
            case ast.keyword(value=ast.Dict() | ast.Call() as value):
                keys = keys_of(value)
                if keys is None:
                    raise Unclear(value)
                pairs = zip(keys, _items_of(value), strict=True)
                found += [at(value, ast.keyword(key, item)) for key, item in pairs]
            case ast.keyword(value=ast.Name(id=word) as value):
                keys = [*known[word]] if word in known else None
                if keys is None:
                    keys = _needed(node, count, keywords, value)
                found += [_item(value, key) for key in keys]
            case _:
                raise Unclear(keyword.value)
    return found


def _items_of(value: ast.Dict | ast.Call) -> list[ast.expr]:
    if isinstance(value, ast.Dict):
        return value.values
    return [keyword.value for keyword in value.keywords]


def table_of(
    word: str, pairs: Sequence[tuple[str, ast.expr]], argument: ast.arg
) -> Added:
    """The dict that `**kwargs` is, bound to a name."""
    place = pairs[0][1] if pairs else argument
    keys = [at(place, ast.Constant(key)) for key, _ in pairs]
    display = at(place, ast.Dict([*keys], [value for _, value in pairs]))
    return at(place, Added([stored(word, place)], display))


def keeps_keys(made: Added, body: Sequence[ast.stmt], word: str) -> bool:
    """Whether a function does nothing to the keys of a parameter `**word`."""
    bound = Added([stored(word, made)], made.value)
    others = {n.id for s in body for n in ast.walk(s) if _is_bound(n)}
    return word in keys_in([bound, *body], {word} - others)


def with_known_keys(nodes: list[ast.stmt], params: Iterable[str]) -> list[ast.stmt]:
    """Statements without `config.get("k", 1.0)` and `"k" in config`, where a function
    makes the dict and does nothing with it but read items."""
    if not any(map(_asks, (part for node in nodes for part in walk(node)))):
        return nodes
    bound = Counter(params)
    bound.update(n.id for n in names_in(nodes) if _is_bound(n))
    found = keys_in(nodes, [word for word, count in bound.items() if count == 1])
    known = {w: keys for w, keys in found.items() if _is_only_read(w, nodes)}
    if not known:
        return nodes
    nodes = [shifted(node, 0) for node in nodes]
    for word, keys in known.items():
        nodes = [KnownKeys(word, keys).visit(node) for node in nodes]
    return nodes


def _asks(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="get")):
            return True
        case ast.Compare(left=ast.Constant(value=str()), ops=[ast.In() | ast.NotIn()]):
            return True
        case _:
            return False


def _is_only_read(word: str, nodes: Iterable[ast.stmt]) -> bool:
    """Whether nothing but the items of a dict is read: no other name has it."""
    reads = sum(n.id == word and not _is_bound(n) for n in names_in(nodes))
    inner = (part for node in nodes for part in walk(node))
    return reads == sum(_reads_item(part, word) for part in inner)


def _reads_item(node: ast.AST, word: str) -> bool:
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant()):
            return name == word
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get")):
            return name == word
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=name)]):
            return name == word
        case _:
            return False


class KnownKeys(ast.NodeTransformer):
    """Puts what they come to in the place of `kw.get("a", 1.0)` and `"a" in kw`, for a
    dict whose keys are known; changes the syntax itself."""

    def __init__(self, word: str, keys: Sequence[str]) -> None:
        self.word, self.keys = word, keys

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=self.word) as table, attr="get"),
                args=[ast.Constant(value=str(key)) as index, *others],
                keywords=[],
            ) if len(others) < 2:
                if key in self.keys:
                    return at(node, ast.Subscript(table, index, ast.Load()))
                return others[0] if others else at(node, ast.Constant(None))
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Compare(
                left=ast.Constant(value=str(key)),
                ops=[ast.In() | ast.NotIn() as op],
                comparators=[ast.Name(id=self.word)],
            ):
                found = (key in self.keys) is isinstance(op, ast.In)
                return at(node, ast.Constant(found))
        return node


def _is_bound(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)


def _item(value: ast.Name, key: str) -> ast.keyword:
    read = ast.Subscript(value, at(value, ast.Constant(key)), ast.Load())
    return at(value, ast.keyword(key, at(value, read)))


def _needed(
    node: Definition, count: int, keywords: Sequence[ast.keyword], value: ast.Name
) -> list[str]:
    """The parameters that have to come from the only dict of a call."""
    several = sum(keyword.arg is None for keyword in keywords) > 1
    if several or node.args.kwarg or defaults_of(node.args):
        raise Unclear(value)
    given = {keyword.arg for keyword in keywords}
    names = parameter_names(node.args)
    if node.args.vararg:
        raise Unclear(value)
    return [name for name in names[count:] if name not in given]
