"""Where modules are looked for that a file imports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def folders_for(folder: Path) -> Iterator[Path]:
    """Where a file of a folder finds what it imports by a whole path: there and, in a
    package, where the outermost package stands."""
    yield folder
    root = folder
    while (root / "__init__.py").is_file() and root != root.parent:
        root = root.parent
    if root != folder:
        yield root
