"""Clients that nobody here wrote, against the local Docker Hub."""
