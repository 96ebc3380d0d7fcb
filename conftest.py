"""Has pytest run the documented commands."""

pytest_plugins = ["provenpages.pytest_plugin", "pytester"]
