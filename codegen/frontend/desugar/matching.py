"""`match` on constants, and on tuples of them, as `if`s."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..syntax.added import Added, Names, at, name, stored
from .jumps import Refuse


def as_branches(node: ast.Match, names: Names, refuse: Refuse) -> list[ast.stmt]:
    """The statements that a `match` stands for; what is matched is evaluated once."""
    before: list[ast.stmt] = []

    def held(value: ast.expr) -> ast.Name:
        if isinstance(value, ast.Name):
            return value
        word = names.fresh("subject", value)
        before.append(at(value, Added([stored(word, value)], value)))
        return name(word, value)

    match node.subject:
        case ast.Tuple(elts=items) | ast.List(elts=items) if _of_items(node.cases):
            subjects: ast.Name | list[ast.Name] = [held(item) for item in items]
        case subject:
            subjects = held(subject)
    other: list[ast.stmt] = []
    for case in reversed(node.cases):
        test = _test(case.pattern, subjects, refuse, node.subject)
        tests = [one for one in (test, case.guard) if one is not None]
        if not tests:
            other = case.body
        else:
            both = _joined(ast.And(), tests)
            other = [at(both, ast.If(both, case.body, other))]
    return [*before, *other]


def _of_items(cases: Sequence[ast.match_case]) -> bool:
    """Whether some pattern takes the items of what is matched one by one."""
    return any(
        isinstance(pattern, ast.MatchSequence)
        for case in cases
        for pattern in ast.walk(case.pattern)
    )


def _test(
    pattern: ast.pattern,
    subject: ast.Name | list[ast.Name],
    refuse: Refuse,
    node: ast.expr,
) -> ast.expr | None:
    """The condition under which a pattern fits; None for one that always does."""
    match pattern, subject:
        case ast.MatchAs(pattern=None, name=None), _:
            return None
        case ast.MatchOr(patterns=patterns), _:
            tests = [_test(one, subject, refuse, node) for one in patterns]
            known = [test for test in tests if test is not None]
            return None if len(known) < len(tests) else _joined(ast.Or(), known)
        case ast.MatchValue(value=value), ast.Name():
            return at(value, ast.Compare(subject, [ast.Eq()], [value]))
        case ast.MatchSingleton(value=None), ast.Name():
            none = at(node, ast.Constant(None))
            return at(node, ast.Compare(subject, [ast.Is()], [none]))
        case ast.MatchSequence(patterns=patterns), [*items] if len(patterns) == len(
            items
        ):
            pairs = zip(patterns, items, strict=True)
            tests = [_test(one, item, refuse, node) for one, item in pairs]
            known = [test for test in tests if test is not None]
            return _joined(ast.And(), known) if known else None
        case _:
            message = "only constants are supported as patterns"
            refuse("BG010", message, node)


def _joined(op: ast.boolop, tests: list[ast.expr]) -> ast.expr:
    """Several conditions as one."""
    return tests[0] if len(tests) == 1 else at(tests[0], ast.BoolOp(op, tests))
