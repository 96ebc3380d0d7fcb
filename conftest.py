"""Has pytest run the documented commands."""

pytest_plugins = ["checks.plugin", "checks.annotations", "pytester"]
