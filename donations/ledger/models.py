"""The ledger: accounts, transactions, postings.

A posting's `minor` is a debit above zero and a credit below. A transaction is written open, gets its postings, and is
then posted once; the database refuses to post one whose postings do not sum to zero in every currency, and every later
change (see the migration `ledger_triggers`). What is not posted does not count anywhere.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from donations.funds.models import Fund
from kernel.money import CURRENCIES, Money


class Purpose(models.TextChoices):
    """The chart of accounts; docs/chart-of-accounts.md shows each at work."""

    STRIPE = "stripe", _("balance at Stripe")  # asset: what Stripe holds for us
    TRANSIT = "transit", _("payouts on their way")  # asset: left Stripe, not yet at the bank
    BANK = "bank", _("bank")  # asset: our accounts at the bank
    CASH = "cash", _("cash")  # asset: what lies in the box
    CONVERSION = "conversion", _("currency conversion")  # clearing: one currency in, another out
    COSTS = "costs", _("costs of the account at Stripe")  # cost of the house: what Stripe takes for no single gift
    GIFTS = "gifts", _("gifts")  # income of a fund, gross
    OFFLINE = "offline", _("gifts past Stripe")  # income of a fund: bank transfers and cash
    TRANSFERS = "transfers", _("transfers of partners")  # income of a fund: collected and passed on by a partner
    FEES = "fees", _("payment fees")  # cost of a fund
    REFUNDS = "refunds", _("refunds")  # gifts sent back or bounced
    DISPUTES = "disputes", _("disputes")  # gifts that a donor's bank holds back until it has decided
    LOSSES = "losses", _("lost disputes")  # gifts taken back for good
    DISPUTE_FEES = "dispute_fees", _("dispute fees")  # cost of a fund
    EXPENSES = "expenses", _("expenses")  # what a fund spent, by category


OF_HOUSE = (Purpose.STRIPE, Purpose.TRANSIT, Purpose.BANK, Purpose.CASH, Purpose.CONVERSION, Purpose.COSTS)
INCOME = (Purpose.GIFTS, Purpose.OFFLINE, Purpose.TRANSFERS)
# what can leave a fund again of a gift, in the order in which it is told apart
TAKEN = (Purpose.REFUNDS, Purpose.LOSSES, Purpose.DISPUTES)


class Account(models.Model):
    """One line of the chart of accounts. Currencies are kept apart by the postings."""

    written_once = True

    purpose = models.CharField(max_length=12, choices=Purpose)
    fund = models.ForeignKey(
        Fund,
        null=True,
        blank=True,
        related_name="accounts",
        on_delete=models.PROTECT,  # books outlive the fund
    )
    category = models.CharField(max_length=20, blank=True, default="")  # of expense

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"],
                condition=Q(fund=None),
                name="donations_account_of_house_once",
                violation_error_message=_("This account exists."),
            ),
            models.UniqueConstraint(
                fields=["purpose", "fund", "category"],
                condition=Q(fund__isnull=False),
                name="donations_account_of_fund_once",
                violation_error_message=_("This account exists."),
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=OF_HOUSE, fund=None)
                | Q(purpose__in=[one for one in Purpose.values if one not in OF_HOUSE], fund__isnull=False),
                name="donations_account_has_its_owner",
                violation_error_message=_("Balances belong to the house; gifts and costs to a fund."),
            ),
            models.CheckConstraint(
                condition=Q(purpose="expenses") & ~Q(category="") | ~Q(purpose="expenses") & Q(category=""),
                name="donations_account_category_of_expense",
                violation_error_message=_("Expenses have a category, and nothing else has."),
            ),
        ]

    def __str__(self) -> str:
        return ":".join(part for part in (self.purpose, self.fund_id, self.category) if part)


class TransactionKind(models.TextChoices):
    GIFT = "gift", _("gift")  # a payment arrived
    REFUND = "refund", _("refund")  # a gift, or part of it, was sent back
    REFUND_REVERSED = "refund_reversed", _("refund reversed")  # what was sent back came back to us
    PAYMENT_REVERSED = "payment_reversed", _("payment reversed")  # a bank debit bounced after it was booked
    DISPUTE = "dispute", _("dispute")  # a donor's bank took a gift, or part of it, back
    DISPUTE_RETURNED = "dispute_returned", _("dispute given back")  # and gave it back to us
    DISPUTE_CLOSED = "dispute_closed", _("dispute closed")  # and keeps what it has: nothing moves at Stripe
    PAYOUT = "payout", _("payout")  # left Stripe for the bank
    PAYOUT_ARRIVED = "payout_arrived", _("payout arrived")  # is at the bank
    PAYOUT_RETURNED = "payout_returned", _("payout returned")  # the bank refused it
    STRIPE_COST = "stripe_cost", _("cost of the account")  # Stripe took a fee that belongs to no gift
    OFFLINE_GIFT = "offline_gift", _("gift past Stripe")  # by bank or in cash
    TRANSFER = "transfer", _("transfer of a partner")  # a partner passed on what it collected
    EXPENSE = "expense", _("expense")  # money was spent
    CORRECTION = "correction", _("correction")  # what was booked by mistake, once more with the sides changed


RECEIVED = (TransactionKind.GIFT, TransactionKind.OFFLINE_GIFT, TransactionKind.TRANSFER)


class Transaction(models.Model):
    """One fact about money. `external_ref` makes its second application a no-op."""

    written_once = True
    changed_once = ("posted",)

    kind = models.CharField(max_length=20, choices=TransactionKind)
    external_ref = models.CharField(max_length=255, unique=True)  # Stripe's balance transaction, or our own id
    subject = models.CharField(max_length=40)  # the donation or expense it tells of
    cause = models.CharField(max_length=40, blank=True, default="")  # the refund behind it
    occurred_at = models.DateTimeField()
    booked_at = models.DateTimeField()
    posted = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["subject"], name="donations_tx_by_subject"),
            models.Index(fields=["occurred_at"], name="donations_tx_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=TransactionKind.values),
                name="donations_tx_kind_known",
                violation_error_message=_("This is no kind of transaction."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_ref}"


class Posting(models.Model):
    """One side of a transaction: an account, an amount, one currency."""

    written_once = True

    transaction = models.ForeignKey(Transaction, related_name="postings", on_delete=models.PROTECT)  # append-only
    account = models.ForeignKey(Account, related_name="postings", on_delete=models.PROTECT)  # append-only
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(minor=0),
                name="donations_posting_not_zero",
                violation_error_message=_("A posting moves something."),
            ),
            models.CheckConstraint(
                condition=Q(currency__in=CURRENCIES),
                name="donations_posting_currency_known",
                violation_error_message=_("This currency is not taken here."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.amount}"

    @property
    def amount(self) -> Money:
        """Debit above zero, credit below."""
        return Money(self.minor, self.currency)
