"""The larger moves: out of notebooks, into modules. Plans are made in memory; a door writes them."""
