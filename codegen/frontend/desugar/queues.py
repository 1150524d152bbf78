"""`collections.deque` as the list that it is.

window = deque(maxlen=3)        window = []
window.append(x)           =>   window.append(x)
                                if len(window) > 3:
                                    window.pop(0)
first = window.popleft()        first = window.pop(0)
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Sequence

from ..syntax.added import at, name
from ..syntax.renaming import own_names
from .jumps import Refuse

WORDS = ("deque(",)
_PATH = "collections.deque"
# With the method of lists that takes, or puts, an item at the same end.
_ENDS = {"popleft": "pop", "appendleft": "insert"}

PathOf = Callable[[ast.expr], str | None]


def without_queues(
    nodes: Sequence[ast.stmt], path_of: PathOf, refuse: Refuse
) -> list[ast.stmt]:
    """Statements with lists in the place of queues; changes the syntax."""
    made = [*_made(nodes, path_of)]
    if not made:
        return [*nodes]
    bound = [
        n.id
        for part in nodes
        for n in ast.walk(part)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    inner = (n for part in nodes for n in ast.walk(part))
    hidden = {
        name
        for node in inner
        if isinstance(node, ast.FunctionDef | ast.Lambda)
        for name in own_names(node)
    }
    longest: dict[str, ast.expr | None] = {}
    for word, call in made:
        if bound.count(word) == 1 and word not in hidden:
            longest[word] = _longest(call, bound, refuse)
    limited = {word for word, count in longest.items() if count is not None}
    for node in _handed_on(nodes, limited, path_of) if limited else ():
        message = f"`{node.id}`, which has a `maxlen`, has another name here"
        refuse("BG015", message, node, "append to it where it is made")
    queues = _Queues(longest, path_of, refuse)
    return [new for node in nodes for new in queues.statement(node)]


def _handed_on(
    nodes: Sequence[ast.stmt], words: Collection[str], path_of: PathOf
) -> Iterator[ast.Name]:
    """Where queues may get other names, by which more could be appended."""
    waiting: list[ast.AST] = [*nodes]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Name(id=word, ctx=ast.Load()) if word in words:
                yield node
        only_read = {id(part) for part in _only_read(node, path_of)}
        parts = ast.iter_child_nodes(node)
        waiting += [
            p for p in parts if not (isinstance(p, ast.Name) and id(p) in only_read)
        ]


def _only_read(node: ast.AST, path_of: PathOf) -> list[ast.expr]:
    """The parts of syntax that get no other name by it."""
    match node:
        case ast.Subscript(value=part) | ast.Attribute(value=part):
            return [part]
        case ast.For(iter=part) | ast.comprehension(iter=part):
            return [part]
        case ast.While(test=part) | ast.If(test=part) | ast.UnaryOp(operand=part):
            return [part]
        case ast.Return(value=ast.expr() as part):
            return [part]
        case ast.Call(func=func, args=args) if path_of(func) is not None:
            return args
        case _:
            return []


def _made(nodes: Sequence[ast.stmt], path_of: PathOf) -> Iterator[tuple[str, ast.Call]]:
    """The names that are bound to queues, with the calls that make these."""
    for node in (inner for part in nodes for inner in ast.walk(part)):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=word)], value=ast.Call() as call)
                | ast.AnnAssign(target=ast.Name(id=word), value=ast.Call() as call)
            ) if path_of(call.func) == _PATH:
                yield word, call


def _longest(call: ast.Call, bound: Sequence[str], refuse: Refuse) -> ast.expr | None:
    """How many items a queue has at most; None for any number."""
    given = [*call.args[1:], *(k.value for k in call.keywords if k.arg == "maxlen")]
    match given:
        case [] | [ast.Constant(value=None)]:
            return None
        case [ast.Constant(value=int()) as count]:
            return count
        case [ast.Name(id=word) as count] if word not in bound:
            return count
        case _:
            message = "how long this may get has to be a number or a parameter"
            refuse(
                "BG015", message, call, "bind it to a name outside, or write it here"
            )


class _Queues(ast.NodeTransformer):
    """Rewrites the queues that names stand for.

    Attributes:
        longest: how many items each of them has at most.
    """

    def __init__(
        self, longest: dict[str, ast.expr | None], path_of: PathOf, refuse: Refuse
    ) -> None:
        self.longest, self.path_of, self.refuse = longest, path_of, refuse

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        found = self.visit(node)
        return found if isinstance(found, list) else [found]

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        match node:
            case ast.Assign(targets=[ast.Name(id=word)], value=ast.Call() as call) if (
                word in self.longest and self.path_of(call.func) == _PATH
            ):
                node.value = self._listed(call, self.longest[word])
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        if isinstance(node.target, ast.Name) and node.target.id in self.longest:
            assert node.value is not None
            return self.visit_Assign(at(node, ast.Assign([node.target], node.value)))
        self.generic_visit(node)
        return node

    def visit_Expr(self, node: ast.Expr) -> list[ast.stmt]:
        """What is put at one end takes the item at the other end away, where there are
        too many."""
        place: list[ast.expr] | None = None
        match node.value:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=word) as queue, attr=method)
            ) if self.longest.get(word) is not None:
                if method == "append":
                    place = [at(node, ast.Constant(0))]
                elif method == "appendleft":
                    place = []
                elif method in ("extend", "extendleft", "insert"):
                    hint = "append the items one by one"
                    message = f"`{method}` of what has a `maxlen` is not supported"
                    self.refuse("BG015", message, node.value, hint)
        self.generic_visit(node)
        if place is None:
            return [node]
        longest = self.longest[word]
        assert longest is not None
        count = at(node, ast.Call(name("len", node), [name(word, queue)], []))
        test = at(node, ast.Compare(count, [ast.Gt()], [longest]))
        pop = at(node, ast.Attribute(name(word, queue), "pop", ast.Load()))
        taken = at(node, ast.Expr(at(node, ast.Call(pop, place, []))))
        return [node, at(node, ast.If(test, [taken], []))]

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node.func:
            case ast.Attribute(value=ast.Name(id=word), attr=method) if (
                word in self.longest and method in _ENDS
            ):
                node.func.attr = _ENDS[method]
                node.args.insert(0, at(node, ast.Constant(0)))
        return node

    def _listed(self, call: ast.Call, longest: ast.expr | None) -> ast.expr:
        """The list that a queue starts as."""
        if not call.args:
            return at(call, ast.List([], ast.Load()))
        first = call.args[0]
        if longest is not None and not _fits(first, longest):
            message = "whether this is longer than `maxlen` is not known"
            self.refuse("BG015", message, first, "take the last items: `xs[-n:]`")
        if isinstance(first, ast.List | ast.ListComp):
            return first
        if isinstance(first, ast.BinOp) and isinstance(first.left, ast.List):
            return first
        return at(call, ast.Call(name("list", call), [first], []))


def _fits(items: ast.expr, longest: ast.expr) -> bool:
    """Whether there are no more items than that for certain."""
    match items, longest:
        case ast.List(elts=listed), ast.Constant(value=int(count)):
            return len(listed) <= count
        case ast.BinOp(left=ast.List(elts=[_]), op=ast.Mult(), right=times), _:
            return ast.dump(times) == ast.dump(longest)
        case _:
            return False
