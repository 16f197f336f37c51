"""Matrix: hears by an own sync loop that loses nothing, speaks by idempotent sends."""
