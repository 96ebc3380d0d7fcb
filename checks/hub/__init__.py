"""The local Docker Hub: accounts, tokens, token service and HTTP API."""
