"""The two modules of Deforum that Perform looks for, written for the tests."""
