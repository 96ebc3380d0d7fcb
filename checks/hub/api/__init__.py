"""The HTTP API of hub.docker.com, as far as the guide and its clients use it."""
