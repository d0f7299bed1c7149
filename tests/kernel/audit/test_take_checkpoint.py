"""`take_checkpoint`: a signed count, over what was read again."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

import nacl.signing
import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from kernel import audit
from kernel.audit.canonical import GENESIS
from kernel.audit.checkpoints import checkpoint_is_due, statement_of, take_checkpoint
from kernel.audit.keys import public_word, signing_key, trusted_keys
from kernel.audit.models import AuditCheckpoint, AuditSeal, AuditUnsealed
from kernel.audit.statements import read_line
from kernel.states import Refusal
from tests.kernel.audit.tampering import chain_anew, change_actor, execute, record_some, tampering

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_it_counts_what_is_sealed_and_names_its_head() -> None:
    record_some(3)
    checkpoint = take_checkpoint(at=AT)
    assert (checkpoint.number, checkpoint.position, checkpoint.at) == (1, 3, AT)
    assert checkpoint.head == AuditSeal.objects.get(position=3).hash
    assert checkpoint.previous_hash == GENESIS


def test_it_seals_what_waits_first() -> None:
    audit.record("system", "thing.done", "th_1")
    assert take_checkpoint().position == 1
    assert not AuditUnsealed.objects.exists()


def test_it_follows_the_one_before() -> None:
    record_some(2)
    first = take_checkpoint()
    record_some(2)
    second = take_checkpoint()
    assert (second.number, second.position, second.previous_hash) == (2, 4, first.hash)


def test_it_can_say_that_there_is_nothing_yet() -> None:
    checkpoint = take_checkpoint()
    assert (checkpoint.position, checkpoint.head) == (0, GENESIS)


def test_a_stranger_verifies_a_line_with_the_public_key_alone() -> None:
    record_some(2)
    line = statement_of(take_checkpoint()).line()
    facts = json.loads(line)
    signature = base64.b64decode(facts.pop("signature"))
    signed = json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()
    key = nacl.signing.VerifyKey(base64.b64decode(public_word(signing_key())))
    assert key.verify(signed, signature) == signed
    assert hashlib.sha256(signed).hexdigest() == AuditCheckpoint.objects.get().hash


def test_it_signs_nothing_over_a_trail_that_was_changed_since_the_last() -> None:
    record_some(3)
    take_checkpoint()
    record_some(3)
    with tampering():
        change_actor(5)
        with pytest.raises(Refusal, match="seal 5") as refused:
            take_checkpoint()
    assert refused.value.code == "trail_changed"
    assert AuditCheckpoint.objects.count() == 1


def test_it_signs_nothing_over_a_chain_rewritten_below_the_last() -> None:
    record_some(3)
    take_checkpoint()
    with tampering():
        change_actor(2)
        chain_anew(2)
        with pytest.raises(Refusal, match="Seal 3 is not what was signed"):
            take_checkpoint()


def test_it_follows_no_checkpoint_that_was_changed() -> None:
    record_some(3)
    take_checkpoint()
    with tampering():
        execute("UPDATE audit_auditcheckpoint SET position = 2, head = %s", AuditSeal.objects.get(position=2).hash)
        with pytest.raises(Refusal, match="Checkpoint 1 is not what was signed"):
            take_checkpoint()


def test_it_keeps_the_order_when_the_clock_is_set_back() -> None:
    take_checkpoint(at=AT)
    assert take_checkpoint(at=AT - timedelta(hours=3)).at == AT


def test_it_is_due_after_a_day_or_many_entries(settings: Settings) -> None:
    settings.AUDIT_CHECKPOINT_ENTRIES = 3
    assert checkpoint_is_due(AT)
    take_checkpoint(at=AT)
    assert not checkpoint_is_due(AT + timedelta(hours=23))
    assert checkpoint_is_due(AT + timedelta(hours=24))
    record_some(2)
    assert not checkpoint_is_due(AT)
    record_some(1)
    assert checkpoint_is_due(AT)


@pytest.mark.parametrize("key", ["", "AAAA", "not base64!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_it_wants_a_key_of_32_bytes_and_does_not_repeat_it(key: str, settings: Settings) -> None:
    settings.AUDIT_SIGNING_KEY = key
    with pytest.raises(ImproperlyConfigured, match="AUDIT_SIGNING_KEY is not 32 bytes") as caught:
        take_checkpoint()
    assert not key or key not in str(caught.value)


def test_a_former_key_has_to_be_one(settings: Settings) -> None:
    settings.AUDIT_FORMER_KEYS = [public_word(signing_key()), "AAAA"]
    with pytest.raises(ImproperlyConfigured, match="Key 2 of AUDIT_FORMER_KEYS"):
        trusted_keys()


@pytest.mark.parametrize("line", ["", "x", "[]", "{}", '{"format":"waystation-audit-checkpoint-1"}', "1" * 5000])
def test_a_line_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_line(line)


def test_a_line_reads_in_one_way_only() -> None:
    line = statement_of(take_checkpoint()).line()
    assert read_line(line).line() == line
    for other in (line.replace(":0,", ":0.0,"), line.replace(",", ", "), line.replace(":1,", ":true,")):
        assert other != line
        with pytest.raises(ValueError, match="not as a checkpoint is written"):
            read_line(other)
