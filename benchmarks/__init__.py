"""What the checks cost."""
