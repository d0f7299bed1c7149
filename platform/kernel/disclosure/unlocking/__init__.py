"""A member's private key at hand for a quarter of an hour: opened by six words, held under the browser's own cookie."""
