"""RSC0: the tool itself."""
