"""What stands in front of the registry, where Docker Hub differs from it: manifests alone."""
