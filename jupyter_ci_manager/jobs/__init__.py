"""Work that outlives whoever started it."""
