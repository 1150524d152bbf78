"""From text to `ir.program.Program`: reading, resolving names, refusing the rest."""
