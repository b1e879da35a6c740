"""The pipeline: discovery, cache, executor; `lint` is all of it on one screen."""
