"""Has pytest run the documented commands."""

pytest_plugins = ["provenpages.pytest_plugin", "provenpages.testing.annotations", "pytester"]
