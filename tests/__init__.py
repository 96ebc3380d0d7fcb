"""The tests of the tools themselves."""
