"""The commands as data, one module for each kind: what the API takes, its documentation and its OpenAPI description."""
