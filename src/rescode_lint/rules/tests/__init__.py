"""RSC5: what tests reach."""
