"""Testing: one test of each block for pytest, journeys side by side with pytest-xdist."""
