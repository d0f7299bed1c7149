"""The description of the API that clients are generated from: OpenAPI 3.1, and a page to read it on."""
