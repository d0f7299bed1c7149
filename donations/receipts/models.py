"""Who issues receipts, who asked for one, and the receipts themselves. A receipt's row says nothing of its donor."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from donations.giving.models import Donation
from donations.offline.models import OfflineGift
from kernel.ids.fields import PublicIdField
from kernel.money import CURRENCIES, Money


class Issuer(models.Model):
    """A series of numbers. Its row is the lock under which the next number is taken."""

    code = models.CharField(max_length=8, unique=True, validators=[RegexValidator(r"^[A-Z][A-Z0-9]{0,7}$")])
    current = models.BooleanField(default=True)  # the one that issues now
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["current"],
                condition=Q(current=True),
                name="donations_issuer_one_current",
                violation_error_message=_("One issuer issues at a time."),
            )
        ]

    def __str__(self) -> str:
        return self.code


class IssuerTerms(models.Model):
    """What is printed of an issuer, from `created_at` on. A change is another row: old receipts keep theirs."""

    written_once = True

    issuer = models.ForeignKey(Issuer, related_name="terms", on_delete=models.PROTECT)  # receipts name them
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=300)  # lines
    registration = models.CharField(max_length=120, blank=True, default="")  # as it is to be printed
    tax_scheme = models.CharField(max_length=20, blank=True, default="")  # a key of tax.schemes
    scheme_reference = models.CharField(max_length=40, blank=True, default="")  # what the tax office calls the issuer
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"terms {self.pk} of issuer {self.issuer_id}"


class ReceiptWish(models.Model):
    """That a donor asked for a receipt, and where to: address and name, if given, lie under the server key.

    Written once and deleted whole; the one change is the server key's. `blind_email` is what tells one donor's wishes
    from another's.
    """

    id = PublicIdField(prefix="rw")
    donation = models.OneToOneField(
        Donation, related_name="receipt_wish", on_delete=models.CASCADE
    )  # a gift that was never paid takes its wish along
    sealed = models.BinaryField()
    blind_email = models.BinaryField(max_length=32, db_index=True)
    language = models.CharField(max_length=5)
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.pk


class ReceiptKind(models.TextChoices):
    RECEIPT = "receipt", _("receipt")  # money that was given, or came back to us after a failed refund
    COUNTER = "counter", _("counter-receipt")  # takes back a receipt or part of it


class Receipt(models.Model):
    """One paper: never changed, never deleted, numbered by the database's own rule without a gap (see the migration).

    The key counts up with the numbers, so that a restored backup is written in their order.
    """

    written_once = True

    reference = models.CharField(max_length=40, unique=True)  # opaque, for addresses
    issuer = models.ForeignKey(Issuer, related_name="receipts", on_delete=models.PROTECT)  # a number belongs to it
    terms = models.ForeignKey(IssuerTerms, related_name="receipts", on_delete=models.PROTECT)  # what it prints
    year = models.PositiveSmallIntegerField()  # of `issued_at`, UTC
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=7, choices=ReceiptKind)
    corrects = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        related_name="corrections",
        on_delete=models.PROTECT,  # both are records
    )
    donation = models.ForeignKey(
        Donation,
        null=True,
        blank=True,
        related_name="receipts",
        on_delete=models.PROTECT,  # receipts are records
    )
    offline_gift = models.ForeignKey(
        OfflineGift,
        null=True,
        blank=True,
        related_name="receipts",
        on_delete=models.PROTECT,  # likewise; one of the two
    )
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    given_on = models.DateField()
    language = models.CharField(max_length=5)
    donor_digest = models.CharField(max_length=64, blank=True, default="")  # of the name as it was printed, salted
    issued_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "year", "number"],
                name="donations_receipt_number_once",
                violation_error_message=_("This number is taken."),
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, currency__in=CURRENCIES, number__gte=1),
                name="donations_receipt_positive",
                violation_error_message=_("A receipt is about more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(donation__isnull=False, offline_gift=None) | Q(donation=None, offline_gift__isnull=False),
                name="donations_receipt_of_one_gift",
                violation_error_message=_("A receipt is of one gift, on our page or past Stripe."),
            ),
            models.CheckConstraint(
                condition=Q(kind="receipt", corrects=None) | Q(kind="counter", corrects__isnull=False),
                name="donations_receipt_counter_names_what_it_corrects",
                violation_error_message=_("A counter-receipt names the receipt that it corrects, and no other does."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def amount(self) -> Money:
        """What it is about; of a counter-receipt, what is taken back."""
        return Money(self.amount_minor, self.currency)

    @property
    def gift(self) -> str:
        """The id of what it is about."""
        return self.donation_id or self.offline_gift_id or ""

    @property
    def full_number(self) -> str:
        """The number as it is printed: `WS-2026-000123`."""
        return f"{self.issuer.code}-{self.year}-{self.number:06d}"
