"""The part of the WebUI's ``modules`` package that an extension of Perform's kind meets, written for the tests."""
