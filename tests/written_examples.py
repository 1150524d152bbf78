"""The modules that stand beside the examples."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

EXAMPLES = Path(__file__).parent.parent / "examples"


def written(name: str) -> ModuleType:
    """The module that was written for an example, as it is on disk."""
    text = (EXAMPLES / f"{name}_backward.py").read_text(encoding="utf-8")
    module = ModuleType(f"{name}_backward")
    exec(compile(text, f"{name}_backward.py", "exec"), module.__dict__)
    return module
