"""Tables about libraries and the world: values only."""
