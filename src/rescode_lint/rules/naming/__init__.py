"""RSC2: names that agree with each other."""
