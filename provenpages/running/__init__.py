"""Running: commands on a machine, and whether they did what the page says."""
