"""The chain of trust of an owner's keys. Keys that are there already begin one, with nobody named as a holder."""

import hashlib
import struct

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def frame(*parts):
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def begin_chains(apps, editor):
    key_model, link_model = apps.get_model("vault", "GroupKey"), apps.get_model("vault", "ChainLink")
    heads = {}
    for key in key_model.objects.order_by("owner", "version", "group"):
        head, number = heads.get(key.owner, (b"", 1))
        body = frame(
            b"waystation group key",
            key.owner.encode(),
            key.group.encode(),
            b"%d" % key.version,
            bytes(key.public_key),
            b"",
            b"",
            b"",
            head,
        )
        link_model.objects.create(owner=key.owner, number=number, body=body, group_key=key, created_at=timezone.now())
        heads[key.owner] = hashlib.sha256(frame(head, body)).digest(), number + 1


class Migration(migrations.Migration):
    dependencies = [("vault", "0002_key_shares"), ("disclosure", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ChainLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField(blank=True, null=True)),
                ("body", models.BinaryField()),
                ("holder", models.CharField(blank=True, default="", max_length=40)),
                ("created_at", models.DateTimeField()),
                (
                    "group_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="vault.groupkey"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "number"),
                        name="vault_chain_number_once",
                        violation_error_message="The chain of an owner's keys does not fork.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("holder", "")),
                        fields=("group_key",),
                        name="vault_chain_one_link_per_key",
                        violation_error_message="A key is told of once.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("number", None), models.Q(("holder", ""), _negated=True)),
                        fields=("owner", "holder"),
                        name="vault_chain_one_open_joining",
                        violation_error_message="This person is joining already.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="ChainSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signer", models.CharField(max_length=40)),
                ("signature", models.BinaryField(max_length=64)),
                ("created_at", models.DateTimeField()),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="signatures", to="vault.chainlink"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("link", "signer"),
                        name="vault_chain_signed_once",
                        violation_error_message="You have signed this already.",
                    )
                ]
            },
        ),
        migrations.RunPython(begin_chains, migrations.RunPython.noop),
    ]
