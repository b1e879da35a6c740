"""RSC4: paths and configuration."""
