"""The vault: sealed records, server-readable secrets, the blind index. It knows bytes and keys, no people."""

from kernel.vault.sealing import seal, shred

__all__ = ["seal", "shred"]
