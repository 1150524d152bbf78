"""The marks of a document: strings that say where its lines may break.

A document is a list of strings, some of them marks. A mark reads as what it is on one
line, so the one-line form of a document is just its strings joined.
"""

from __future__ import annotations


class Mark(str):
    """A string of a document that says something about its layout.

    Marks are told apart by identity: most read as "" on one line.
    """

    __slots__ = ()
    __eq__ = object.__eq__
    __hash__ = object.__hash__


LINE = Mark(" ")  # a space, or a new line
SOFT = Mark("")  # nothing, or a new line
SPACE = Mark("")  # after `**`: nothing, or a space where its group is broken
COMMA = Mark("")  # nothing, or "," where its group is broken

GROUP = Mark("")  # up to END: all its lines break, or none
END = Mark("")
ENTER = Mark("")  # up to LEAVE: the inside of a bracket, a group that is indented
LEAVE = Mark("")

# Up to PAIR_END: what may stand in parentheses, on lines of its own. They are added...
PAIR_IF_LONG = Mark("")  # where it does not fit on the line
PAIR_LAST = Mark("")  # where breaking the brackets inside does not make it fit either
PAIR_FOR_HEAD = Mark("")  # where the text up to its first bracket does not fit
PAIR_IF_HELPS = Mark("")  # the same, if that text fits then
PAIR_END = Mark("")
TARGET = Mark("")  # an assignment's last target follows; if it breaks, no PAIR_FOR_HEAD

PAIRS = frozenset({PAIR_IF_LONG, PAIR_LAST, PAIR_FOR_HEAD, PAIR_IF_HELPS})
OPENERS = PAIRS | {GROUP, ENTER}
CLOSERS = frozenset({END, LEAVE, PAIR_END})
