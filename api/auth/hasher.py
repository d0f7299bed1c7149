"""How a client's secret is kept."""

import hashlib
from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher
from django.utils.crypto import constant_time_compare


class ClientSecretHasher(BasePasswordHasher):
    """One salted SHA-256: right for 128 random characters, which no one guesses at any speed; never for a password."""

    algorithm = "client_secret_sha256"

    def encode(self, password: str, salt: str) -> str:
        """Return algorithm, salt and digest."""
        digest = hashlib.sha256(f"{salt}${password}".encode()).hexdigest()
        return f"{self.algorithm}${salt}${digest}"

    def decode(self, encoded: str) -> dict[str, Any]:
        """Return the three parts of what `encode` made."""
        algorithm, salt, digest = encoded.split("$", 2)
        return {"algorithm": algorithm, "salt": salt, "hash": digest}

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether this is the secret."""
        return constant_time_compare(encoded, self.encode(password, self.decode(encoded)["salt"]))

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        """Return what may be shown: the algorithm alone."""
        return {"algorithm": self.algorithm}

    def must_update(self, encoded: str) -> bool:
        """A random secret needs no stronger hash later."""
        return False

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing to even out: there is one round."""
