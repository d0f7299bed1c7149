"""The provider's half of a match: asked by mail once the person agreed, answered by a private link with one press."""
