"""The package of the branch "dev" of sd-forge-deforum, written for the tests."""
