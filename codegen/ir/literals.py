"""The spelling of literals, f-strings and comments, free of hidden characters.

Nothing that is written here can end a line, hide or reorder what a reader sees:
control characters, line separators, bidi controls and other invisible characters
appear as escapes (`\\u2028`).
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from unicodedata import category, east_asian_width

from .expr import Const, Expr, Field, Paren

# Other, separators: controls, format controls, surrogates, line and paragraph ends.
# Not "Cn": which characters are unassigned depends on the Python version.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"})
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TOOLS = frozenset(
    "flake8 fmt isort mypy pragma pylint pyright ruff ty type yapf".split()
)
_ZERO_WIDTH = frozenset({"Mn", "Me", "Cf"})


def is_field(text: str) -> bool:
    """Whether the text of a key is the name of an attribute: `.W`."""
    return text[0] == "." and text[1:].isidentifier()


def identifier(path: str) -> str:
    """A name for what a path leads to: `layers_0_W` for `layers[0].W`."""
    plain = "".join(c if c.isalnum() or c == "_" else " " for c in path)
    return "_".join(plain.split())


def canonical_literal(value: object, text: str) -> str:
    """The one spelling of a literal that a formatter leaves alone.

    Args:
        value: what the literal means, as in `ast.Constant.value`.
        text: how it was written; read only for numbers, where digits, underscores
            and base are kept (`1_000`, `0xFF`).
    """
    match value:
        case None | bool():
            return str(value)
        case str():
            return string_literal(value)
        case bytes():
            # every byte is a Latin-1 character, and the escape of one is \xNN
            return "b" + string_literal(value.decode("latin-1"), ascii_only=True)
        case int() | float() | complex():
            return _number(text)
        case _ if value is ...:
            return "..."
        case _:
            raise TypeError(f"no literal has the type {type(value).__name__}")


def _number(text: str) -> str:
    lowered = text.lower()
    if lowered.startswith("0x"):
        return "0x" + lowered[2:].upper()
    if lowered.startswith(("0b", "0o")):
        return lowered
    imaginary = "j" if lowered.endswith("j") else ""
    mantissa, has_exponent, exponent = lowered.removesuffix("j").partition("e")
    whole, has_point, fraction = mantissa.partition(".")
    if has_point:
        mantissa = f"{whole or '0'}.{fraction or '0'}"
    if has_exponent:
        mantissa += "e" + exponent.removeprefix("+")
    return mantissa + imaginary


def string_literal(value: str, *, ascii_only: bool = False) -> str:
    """A string in double quotes, or in single ones where that escapes less."""
    quote = "'" if value.count('"') > value.count("'") else '"'
    body = "".join([_escaped(char, quote, ascii_only) for char in value])
    return f"{quote}{body}{quote}"


def requoted(literal: str, quote: str) -> str:
    """A string or bytes literal in other quotes, for the inside of an f-string.

    Raises:
        ValueError: only an escape could write it so, and Python 3.10 allows none.
    """
    prefix = "b" if literal.startswith("b") else ""
    body = literal[len(prefix) + 1 : -1]
    if "\\" in body or quote in body:
        raise ValueError(f"{literal} cannot stand in an f-string")
    return f"{prefix}{quote}{body}{quote}"


def _escaped(char: str, quote: str, ascii_only: bool = False) -> str:
    if char in ("\\", quote):
        return "\\" + char
    return escape(char) if ascii_only and char > "~" else visible(char)


def visible(text: str) -> str:
    """The text with every character that could hide or end a line as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join([escape(c) if _is_hidden(c) else c for c in text])


def comment_text(comment: str) -> str:
    """What is written behind the `# ` of a comment of the user.

    An instruction to a tool (`noqa`, `fmt: off`) is quoted: it was meant for the
    user's file, where it stood.
    """
    text = visible(comment).strip()
    word, colon, _ = text.partition(":")
    is_instruction = word.strip().lower() in _TOOLS if colon else False
    return f'"{text}"' if is_instruction or text.lower().startswith("noqa") else text


def escape(char: str) -> str:
    """The escape of one character: `\\n`, `\\x1b`, `\\u2028`, `\\U000e0001`."""
    if char in _SHORT:
        return _SHORT[char]
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _is_hidden(char: str) -> bool:
    return char != " " and category(char) in _HIDDEN


def width(text: str) -> int:
    """Columns that the text takes: two for a wide character, none for a combining."""
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if category(char) in _ZERO_WIDTH:
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def format_literal(parts: tuple[Expr, ...], spell: Callable[[Expr, str], str]) -> str:
    """An f-string that Python 3.10 can read.

    Args:
        parts: string constants (by their literal) and fields.
        spell: writes an expression, its strings in the given quotes.

    Raises:
        ValueError: before Python 3.12 there is no way to write this f-string.
    """
    plain = "".join([_string_value(p) for p in parts if isinstance(p, Const)])
    quote = "'" if plain.count('"') > plain.count("'") else '"'
    body = [
        _field(part, quote, spell)
        if isinstance(part, Field)
        else "".join([_escaped(c, quote) for c in _braced(_string_value(part))])
        for part in parts
    ]
    return f"f{quote}{''.join(body)}{quote}"


def _string_value(part: Expr) -> str:
    if not isinstance(part, Const):
        raise TypeError(f"no part of an f-string: {part!r}")
    value = ast.literal_eval(part.text)
    if not isinstance(value, str):
        raise TypeError(f"no string: {part.text}")
    return value


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _field(field: Field, quote: str, spell: Callable[[Expr, str], str]) -> str:
    inner = "'" if quote == '"' else '"'
    value = spell(field.value, inner)
    if "\\" in value or quote in value:
        raise ValueError(f"needs a backslash or a third kind of quote: {value}")
    start = value.removeprefix("(") if isinstance(field.value, Paren) else value
    # `{{` would be a brace; the formatter wants the space in front of `({` too
    space = " " if start.startswith("{") else ""
    conversion = f"!{field.conversion}" if field.conversion else ""
    if not (field.conversion or field.spec):
        return f"{{{space}{value}{space}}}"
    if not field.spec:
        return f"{{{space}{value}{conversion}}}"
    spec = "".join(
        [
            _field(part, quote, spell)
            if isinstance(part, Field)
            else _plain_spec(_string_value(part))
            for part in field.spec
        ]
    )
    return f"{{{space}{value}{conversion}:{spec}}}"


def _plain_spec(text: str) -> str:
    if visible(text) != text or any(char in text for char in "{}\\\"'"):
        raise ValueError(f"a format that Python 3.10 cannot read: {text!r}")
    return text
