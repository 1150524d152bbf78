"""The one data structure: expressions and statements of both passes."""
