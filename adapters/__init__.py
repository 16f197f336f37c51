"""Everything that touches the world, and the one place that builds the program."""
