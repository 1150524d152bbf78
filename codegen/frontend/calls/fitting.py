"""What a call gives to the parameters of a function that is known."""

from __future__ import annotations

import ast
from abc import ABC

from ..desugar.keywords import Unclear, spread as all_keywords
from ..source.bindings import Written
from ..source.changing import change_of, is_made
from ..source.classes import OfFields
from ..syntax.added import Added, at, name, stored
from ..syntax.passing import Mismatch, Passed, passed, required
from ..syntax.renaming import Definition, body_of
from ..syntax.slices import constant_slice
from .scene import Scene


class Fitting(Scene, ABC):
    """Fits arguments to parameters."""

    def spread(
        self, written: Written, count: int, keywords: list[ast.keyword]
    ) -> list[ast.keyword]:
        """The keywords by their names, those of `**config` too."""
        try:
            return all_keywords(written.node, count, keywords, self.keys)
        except Unclear as unclear:
            message = "which keys this has is not known here"
            hint = "bind it once to a dict with these keys, or pass them one by one"
            self.refuse("BG016", message, unclear.node, hint)

    def unpacked(
        self,
        node: ast.Call,
        written: Written,
        before: list[ast.stmt],
        args: list[ast.expr],
    ) -> list[ast.expr]:
        """The arguments one by one: `f(*pair)` as many as the function takes."""
        listed: list[ast.expr] = []
        for arg in args:
            match arg:
                case ast.Starred(value=ast.Tuple(elts=items) | ast.List(elts=items)):
                    listed += items
                case ast.Starred(value=ast.Name(id=word)) if word in self.tuples:
                    listed += self.tuples[word]
                    self.made.add(word)  # where nothing else reads it, it goes
                case ast.Starred(value=ast.Subscript() as inner) if (
                    part := self.tuple_of(inner)
                ) is not None:
                    listed += part
                case ast.Starred(value=inner):
                    count = self._count(inner, written, len(args) - 1)
                    words = [
                        self.fresh("item", written.name, ast.Pass())
                        for _ in range(count)
                    ]
                    items = [stored(word, inner) for word in words]
                    target = at(inner, ast.Tuple([*items], ast.Store()))
                    before.append(at(inner, Added([target], inner)))
                    listed += [name(word, inner) for word in words]
                case _:
                    listed.append(arg)
        return listed

    def _count(self, inner: ast.expr, written: Written, others: int) -> int:
        """How many items a call is given by a star, beside other arguments."""
        match inner:
            case ast.Name(id=word) if word in self.counts:
                return self.counts[word]
            case ast.Subscript(value=ast.Name(id=word), slice=index) if (
                word in self.counts and (part := constant_slice(index))
            ):
                return len(range(self.counts[word])[part])
        arguments = written.node.args
        count = required(arguments) - others
        if arguments.defaults or arguments.vararg or count < 1:
            message = "the number of items is not known here"
            self.refuse("BG016", message, inner, "pass them one by one")
        return count

    def fitting(
        self,
        call: ast.Call,
        written: Written,
        args: list[ast.expr],
        keywords: list[ast.keyword],
    ) -> Passed:
        try:
            fit = passed(written.node.args, len(args), keywords)
        except Mismatch as error:
            message = f"`{written.name}`: {error.message}"
            self.refuse("BG014", message, error.node or call)
        for param, default in fit.defaults:
            own = param in written.defaults or isinstance(written.node, OfFields)
            if not own and is_made(default):
                self._check_default(call, written, param)
        return fit

    def _check_default(self, call: ast.Call, written: Written, param: str) -> None:
        """A default is one object for all calls: what one of them leaves in it, the
        next one finds."""
        file, inside = self.host.file.tree.body, body_of(written.node)
        if change_of(file, param, inside) is not None:
            message = f"the default of `{param}` may be changed by `{written.name}`"
            hint = "make it anew in the function, or pass it in"
            self.refuse("BG010", message, call, hint)


def is_tested(node: Definition, param: str) -> bool:
    """Whether a function asks what a parameter is: it may bind an object to it."""
    tests = (n for n in ast.walk(node) if isinstance(n, ast.Call))
    return any(
        isinstance(n.func, ast.Name)
        and n.func.id == "isinstance"
        and isinstance(n.args[0], ast.Name)
        and n.args[0].id == param
        for n in tests
    )
