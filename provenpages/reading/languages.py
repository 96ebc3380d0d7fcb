"""Languages: what a fence of each is for."""

from typing import Final

COMMANDS: Final = ("bash",)
"""A fence holds commands alone, as they are typed."""
TRANSCRIPTS: Final = ("console",)
"""A fence holds commands after their prompt, and what they show."""
RUN: Final = (*COMMANDS, *TRANSCRIPTS)
OUTPUT: Final = ("text",)
"""A fence holds what the commands of the fence before it show."""
SHOWN: Final = (
    *("caddyfile", "css", "diff", "dockerfile", "html", "ini", "javascript", "jinja", "js", "json"),
    *("makefile", "markdown", "md", "mermaid", "nginx", "py", "python", "sql", "toml"),
    *("typescript", "xml", "yaml", "yml"),
)
"""A fence is for reading: nobody types it into a terminal."""
