"""Showing: what was seen, on the published page and at the end of a run."""
