"""`match` on constants, as `if`s."""

from __future__ import annotations

import ast

from .added import Added, Names, at, name, stored
from .jumps import Refuse


def as_branches(node: ast.Match, names: Names, refuse: Refuse) -> list[ast.stmt]:
    """The statements that a `match` stands for; the subject is evaluated once."""
    before: list[ast.stmt] = []
    subject = node.subject
    if not isinstance(subject, ast.Name):
        held = names.fresh("subject", node)
        before.append(at(subject, Added([stored(held, subject)], subject)))
        subject = name(held, subject)
    other: list[ast.stmt] = []
    for case in reversed(node.cases):
        test = _test(case.pattern, subject, refuse)
        if case.guard is not None:
            both = [test, case.guard] if test else [case.guard]
            test = both[0] if len(both) == 1 else None
            test = test or at(case.guard, ast.BoolOp(ast.And(), both))
        if test is None:
            other = case.body
        else:
            other = [at(test, ast.If(test, case.body, other))]
    return [*before, *other]


def _test(pattern: ast.pattern, subject: ast.Name, refuse: Refuse) -> ast.expr | None:
    """The condition under which a pattern fits; None for one that always does."""
    match pattern:
        case ast.MatchAs(pattern=None, name=None):
            return None
        case ast.MatchValue(value=value):
            return at(value, ast.Compare(subject, [ast.Eq()], [value]))
        case ast.MatchOr(patterns=patterns):
            tests = [_test(one, subject, refuse) for one in patterns]
            known = [test for test in tests if test is not None]
            if len(known) < len(tests):
                return None
            return at(known[0], ast.BoolOp(ast.Or(), known))
        case _:
            message = "only constants are supported as patterns"
            refuse("BG010", message, subject)
