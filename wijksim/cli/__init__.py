"""The command line: parses, calls the API, prints; no model logic.

Everything heavy is imported inside the commands, so that help is quick.
"""

from wijksim.cli.app import app, main

__all__ = ["app", "main"]
