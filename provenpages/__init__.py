"""Pages whose every command has been run: the tool, for any site."""
