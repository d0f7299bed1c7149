"""How long gifts, Stripe's events and the books are kept."""

from donations.alarms.models import Alarm
from donations.giving.breaker.models import DeclinedCharge
from donations.giving.dedications.models import Dedication
from donations.giving.forgetting import NEVER_PAID, drop_unpaid, forget_links
from donations.giving.models import Donation
from donations.giving.states import UNFINISHED
from donations.my_giving.models import GivingLink
from donations.receipts.models import ReceiptWish
from donations.receipts.tax.gift_aid.declaring import forget_declaration
from donations.receipts.tax.gift_aid.models import GiftAidDeclaration
from donations.recurring.forgetting import UNBEGUN, drop_unbegun
from donations.recurring.models import RecurringContact, RecurringGift
from donations.recurring.states import RecurringStatus
from donations.webhooks.models import EventState, InboxEvent
from kernel.retention import Kept, Passing, Rows, keep, let_go

let_go(
    Passing(
        "donations.unpaid",
        what="gifts that were begun and never paid",
        days=90,
        shortest=7,
        remains="nothing",
        source=Rows(
            lambda before: Donation.objects.filter(status__in=NEVER_PAID, mismatch="", updated_at__lt=before),
            "updated_at",
            change=drop_unpaid,
        ),
        tables=("donations_donation", "donations_allocation", "donations_donationmove"),
    ),
    Passing(
        "donations.recurring_unbegun",
        what="recurring gifts that never began",
        days=120,
        shortest=7,
        remains="nothing",
        source=Rows(
            lambda before: RecurringGift.objects.filter(**UNBEGUN, updated_at__lt=before),
            "updated_at",
            change=drop_unbegun,
        ),
        tables=(
            "donations_recurringgift",
            "donations_recurringmove",
            "donations_recurringshare",
            "donations_recurringamount",
            "donations_recurringwish",
            "donations_recurringnotice",
        ),
    ),
    Passing(
        "donations.recurring_contacts",
        what="e-mail addresses of donors whose recurring gift has ended",
        days=90,
        shortest=30,  # they are told of the end, and may ask what happened
        remains="the gift, its instalments and their receipts, without an address",
        source=Rows(
            lambda before: RecurringContact.objects.filter(
                recurring__status=RecurringStatus.CANCELED, recurring__updated_at__lt=before
            ),
            "created_at",
        ),
        tables=("donations_recurringcontact",),
    ),
    Passing(
        "donations.links",
        what="the addresses a donor paid at and came back to",
        days=30,
        shortest=3,
        remains="the gift itself",
        source=Rows(
            lambda before: (
                Donation.objects.exclude(status__in=UNFINISHED)
                .filter(updated_at__lt=before)
                .exclude(return_url="", checkout_url="")
            ),
            "updated_at",
            change=forget_links,
        ),
        tables=("donations_donation",),
    ),
    Passing(
        "donations.events",
        what="ids of Stripe's events that were applied",
        days=90,
        shortest=35,  # Stripe lists its events for 30 days: a swept one must not look new
        remains="what they told, in the books",
        source=Rows(
            lambda before: InboxEvent.objects.filter(
                state__in=(EventState.DONE, EventState.IGNORED), received_at__lt=before
            ),
            "received_at",
        ),
        tables=("donations_inboxevent",),
    ),
    Passing(
        "donations.events_aside",
        what="ids of Stripe's events that could not be applied",
        days=730,
        shortest=90,
        remains="nothing",
        source=Rows(
            lambda before: InboxEvent.objects.filter(state=EventState.POISON, received_at__lt=before), "received_at"
        ),
        tables=("donations_inboxevent",),
    ),
    Passing(
        "donations.dedications_unpaid",
        what="what donors wrote beside gifts that were never paid",
        days=3,
        remains="nothing",
        source=Rows(
            lambda before: Dedication.objects.filter(donation__status__in=NEVER_PAID, created_at__lt=before),
            "created_at",
        ),
        tables=("donations_dedication",),
    ),
    Passing(
        "donations.dedications",
        what="whom gifts honour, and what donors wrote to the team",
        days=365,
        shortest=30,
        remains="the gifts, without a word",
        source=Rows(lambda before: Dedication.objects.filter(created_at__lt=before), "created_at"),
        tables=("donations_dedication",),
    ),
    Passing(
        "donations.receipt_wishes_unpaid",
        what="names and e-mail addresses beside gifts that were never paid",
        days=3,
        remains="nothing",
        source=Rows(
            lambda before: ReceiptWish.objects.filter(donation__status__in=NEVER_PAID, created_at__lt=before),
            "created_at",
        ),
        tables=("donations_receiptwish",),
    ),
    Passing(
        "donations.receipt_wishes",
        what="names and e-mail addresses of those who asked for a receipt",
        days=730,
        shortest=400,  # the summary of a year is sent in the year after
        remains="the receipts: number, day, amount and gift, without a name",
        source=Rows(lambda before: ReceiptWish.objects.filter(created_at__lt=before), "created_at"),
        tables=("donations_receiptwish", "donations_summary"),
    ),
    Passing(
        "donations.my_giving_links",
        what="links to what was given with an address, by their digests",
        days=1,
        shortest=1,  # how many were mailed is counted over a day
        remains="nothing",
        source=Rows(lambda before: GivingLink.objects.filter(made_at__lt=before), "made_at"),
        tables=("donations_givinglink",),
    ),
    Passing(
        "donations.gift_aid",
        what="names and home addresses of those who declared Gift Aid",
        days=7 * 365,
        shortest=7 * 365,  # HMRC asks for six years from the end of the accounting period
        remains="which gifts were claimed when",
        source=Rows(
            lambda before: (
                GiftAidDeclaration.objects.exclude(sealed=b"")
                .filter(declared_at__lt=before)
                .exclude(lines__claim__made_at__gte=before)
            ),
            "declared_at",
            change=forget_declaration,
        ),
        tables=("donations_giftaiddeclaration",),
    ),
)

let_go(
    Passing(
        "donations.declines",
        what="ids of cards' tries that a bank refused, each with its gift's id",
        days=7,
        shortest=1,  # the breaker counts an hour
        remains="nothing",
        source=Rows(lambda before: DeclinedCharge.objects.filter(at__lt=before), "at"),
        tables=("donations_declinedcharge",),
    ),
    Passing(
        "donations.alarms",
        what="alarms about money that are over",
        days=365,
        shortest=30,
        remains="nothing",
        source=Rows(lambda before: Alarm.objects.filter(over_at__lt=before), "over_at"),
        tables=("donations_alarm",),
    ),
)

keep(
    Kept(
        "donations.stops",
        what="when giving was stopped and went on again, by whom, with a code for why",
        why="a handful of rows that explain a gap in the books",
        tables=("donations_givingstop",),
    ),
    Kept(
        "donations.paid",
        what="paid gifts with parts, refunds, disputes, histories, what comes again: amounts, days, payments",
        why="accounts are kept as the law asks, ten years in many countries; the donor is not in them",
        tables=(
            "donations_donation",
            "donations_allocation",
            "donations_donationmove",
            "donations_recurringgift",
            "donations_recurringmove",
            "donations_recurringshare",
            "donations_recurringamount",
            "donations_recurringwish",
            "donations_recurringnotice",
            "donations_refund",
            "donations_refundmove",
            "donations_dispute",
            "donations_disputemove",
            "donations_answer",
            "donations_offlinegift",
            "donations_offlinemove",
        ),
    ),
    Kept(
        "donations.campaigns",
        what="who was allowed to collect, where and when, and what they said they had sent",
        why="who once collected in our name, and what came of it, must stay answerable; no donor is in it",
        tables=(
            "donations_campaign",
            "donations_campaignmove",
            "donations_campaigntransfer",
            "donations_transfermove",
            "donations_campaignfigure",
        ),
    ),
    Kept(
        "donations.receipts",
        what="receipts and counter-receipts, and who issued them: numbers, days, amounts, gifts",
        why="append-only and without a gap, as the law asks; the donor is not in them",
        tables=(
            "donations_issuer",
            "donations_issuerterms",
            "donations_receipt",
            "donations_summaryrun",
            "donations_summaryrunmove",
            "donations_giftaidclaim",
            "donations_giftaidline",
        ),
    ),
    Kept(
        "donations.books",
        what="the ledger, expenses, funds, payouts, Stripe's own list, and the figures shown to the public",
        why="append-only double entry; nobody is in it",
        tables=(
            "donations_account",
            "donations_transaction",
            "donations_posting",
            "donations_expense",
            "donations_payout",
            "donations_payoutmove",
            "donations_stripeentry",
            "donations_unreadrow",
            "donations_fund",
            "donations_publicfigure",
            "donations_publicfiguremonth",
            "donations_publicspending",
            "donations_publicspendingmonth",
        ),
    ),
)
