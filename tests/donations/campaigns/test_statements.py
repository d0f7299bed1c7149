"""The statement a fundraiser carries: anybody with the public key can check it, and it is good for one page alone."""

import base64
import json
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.utils import timezone

from donations.campaigns.statements import campaign_key, public_key, read_statement, state
from kernel.audit.keys import public_word, signing_key
from tests.factories.campaigns import make_campaign

pytestmark = pytest.mark.django_db


def halves(statement):
    return [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in statement.split(".")]


def written(*parts):
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def test_anybody_can_check_it_with_the_public_key():
    campaign = make_campaign(address="https://concert.example/give")
    said, signature = halves(state(campaign))
    Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key())).verify(signature, said)
    assert json.loads(said) == {
        "format": "waystation-campaign-1",
        "campaign": campaign.pk,
        "host": "concert.example",
        "path": "/give",
        "until": campaign.ends_before.isoformat(),
        "key": public_key(),
    }
    assert read_statement(state(campaign)).campaign == campaign.pk


def test_its_key_is_not_the_one_that_signs_the_trail():
    assert public_key() != public_word(signing_key())


def test_it_believes_no_other_signature_and_no_other_sentence():
    said, signature = halves(state(make_campaign()))
    moved = said.replace(b'"until":"20', b'"until":"29')
    foreign = Ed25519PrivateKey.generate()
    other = b'{"format":"something else"}' + b" " * 30
    for forged in (
        written(moved, signature),
        written(said, foreign.sign(said)),
        written(said, signing_key().sign(said)),
        written(other, campaign_key().sign(other)),
        f"{'A' * 60}.{'A' * 86}",
        "",
        "A" * 5000,
    ):
        with pytest.raises(ValueError, match=r"\w"):
            read_statement(forged)


def test_an_old_one_says_which_page_it_was_for(client):
    """A badge or a statement copied to another site is answered with the page it belongs to."""
    campaign = make_campaign(address="https://concert.example/give")
    page = client.post("/verify/", {"asked": state(campaign)}).content.decode()
    assert "Genuine" in page
    assert "https://concert.example/give" in page
    campaign.refresh_from_db()
    path = urlsplit(f"http://testserver/verify/{campaign.pk}/badge.svg").path
    assert "only at concert.example" in client.get(path).content.decode()
    assert timezone.now().date() < campaign.ends_before
