"""RSC1: logic and state of notebooks."""
