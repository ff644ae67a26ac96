"""A stand-in for Azure Resource Manager, for trying, developing and testing."""
