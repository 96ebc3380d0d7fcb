"""The executable checks: documented commands, run as written."""
