"""A whole Debian machine in a container, with its own engine and its own Docker Hub."""
