"""RSC3: types that say what goes in and comes out."""
