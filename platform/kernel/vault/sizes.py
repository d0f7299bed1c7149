"""What records are padded to, by purpose: the size of a ciphertext should say next to nothing about what is in it."""

_KIB = 1024
SMALL = (1 * _KIB, 2 * _KIB, 4 * _KIB)  # a contact: a few lines of text
# a photo: powers of two, so that a size tells at most in which doubling it lies
LARGE = tuple(2**power * _KIB for power in range(6, 13))  # 64 KiB to 4 MiB
_BY_PURPOSE = {"pledge.photo": LARGE}


def sizes_for(purpose: str) -> tuple[int, ...]:
    """Return the sizes in bytes that records of a purpose are padded to, smallest first."""
    return _BY_PURPOSE.get(purpose, SMALL)
