"""Dicts that a program fills under integers: `hs[t] = np.tanh(... hs[t - 1])`.

What is in such a dict is a value like an item of a list that is written to; but a key
below 0 is a key like any other.
"""

from __future__ import annotations

import ast

from ...ir.expr import Mapping, Var
from ...ir.stmt import Assign
from ...ir.types import List, Opaque
from ..syntax.added import at
from .body import Body
from .starred import refuse_starred
from .writes import write


def start_table(body: Body, node: ast.stmt, target: ast.expr, value: ast.expr) -> bool:
    """`hs = {}`, or `hs = {-1: h0}`, as an empty dict that is filled; False for any
    other assignment."""
    match target, value:
        case ast.Name(id=word), ast.Dict(keys=keys, values=values):
            pass
        case ast.Name(id=word), ast.Call(func=func, args=args, keywords=given):
            if body.lowering.path_of(func) != "builtins.dict":
                return False
            if args or given:
                body.lowering.wanted.ask(word)
                return False
            keys, values = [], []
        case ast.Name(id=word), ast.BinOp(ast.Dict(), ast.BitOr(), _):
            body.lowering.wanted.ask(word)
            return False
        case _:
            return False
    low = body.lowering
    listed = [key for key in keys if key is not None]
    if len(listed) < len(keys):
        refuse_starred(low, value)
    read = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
    if word in read:
        message = "a dict that is made from itself is not supported"
        low.refuse("BG015", message, value, "give it another name")
    low.types[word] = List(Opaque(), keyed=True)
    body.owned.add(word)
    body.add(Assign((Var(word),), Mapping((), ())))
    for key, item in zip(listed, values, strict=True):
        place = at(key, ast.Subscript(at(value, ast.Name(word)), key, ast.Store()))
        lowered, kind = low.lower(item)
        write(body, node, place, lowered, kind, body.stage(node))
    return True
