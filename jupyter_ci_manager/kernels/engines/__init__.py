"""How environments are made: one contract, several engines."""
