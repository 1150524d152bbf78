"""The source and the written module, as programs that can be run."""
