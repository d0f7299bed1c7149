"""What a fundraiser can carry in its own page and anybody can check: a campaign, its one address, its last day, signed.

The key is derived from the audit trail's signing key, and is another one: whoever signs two kinds of sentences with one
key is asked one day to sign a third. Its public half stands in every statement, and on our own pages.
"""

import base64
import binascii
import json
import re
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from donations.campaigns.models import Campaign
from kernel.audit.canonical import canonical
from kernel.audit.keys import public_word, signing_key

FORMAT = "waystation-campaign-1"  # within what is signed: the key never signs anything that reads otherwise
LONGEST = 1000
_WRITTEN = re.compile(r"([A-Za-z0-9_-]{50,800})\.([A-Za-z0-9_-]{86})")


@dataclass(frozen=True, slots=True)
class CampaignStatement:
    """`campaign` may collect at `https://host/path` and nowhere else, before the day `until`."""

    campaign: str
    host: str
    path: str
    until: str
    key: str

    def signed_bytes(self) -> bytes:
        """Return what the signature is over: canonical JSON."""
        return canonical({"format": FORMAT, **asdict(self)})


def campaign_key() -> Ed25519PrivateKey:
    """Return the key that signs statements. Raises ImproperlyConfigured with the audit trail's key."""
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=FORMAT.encode()).derive(
        signing_key().private_bytes_raw()
    )
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key() -> str:
    """Return the public half, 44 characters of base64."""
    return public_word(campaign_key())


def state(campaign: Campaign) -> str:
    """Return the signed statement of an authorised campaign: `body.signature`, both in URL-safe base64."""
    key = campaign_key()
    said = CampaignStatement(
        campaign.pk, campaign.host, campaign.path, campaign.ends_before.isoformat(), public_word(key)
    ).signed_bytes()
    return f"{_text(said)}.{_text(key.sign(said))}"


def looks_like_a_statement(text: str) -> bool:
    """Return whether this is written as a statement is, signed by whomever."""
    return len(text) <= LONGEST and bool(_WRITTEN.fullmatch(text))


def read_statement(text: str) -> CampaignStatement:
    """Return what our key signed. Raises ValueError for everything else."""
    written = _WRITTEN.fullmatch(text) if len(text) <= LONGEST else None
    if written is None:
        raise ValueError("This is no statement.")
    try:
        said, signature = (_bytes(part) for part in written.groups())
        campaign_key().public_key().verify(signature, said)
    except (InvalidSignature, binascii.Error):
        raise ValueError("This is not signed by us.") from None
    facts = json.loads(said)
    if facts.pop("format", None) != FORMAT:
        raise ValueError("This is no statement.")
    return CampaignStatement(**facts)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
