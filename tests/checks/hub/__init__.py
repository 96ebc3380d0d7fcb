"""The tests of the local Docker Hub."""
