"""The rows of this app, from the slice each belongs to."""

from donations.expenses.models import Expense, ExpenseCategory
from donations.funds.models import Fund, PublicFigure, PublicSpending
from donations.giving.models import Allocation, Donation, DonationMove
from donations.giving.states import DonationStatus, PublicStatus
from donations.ledger.models import Account, Posting, Purpose, Transaction, TransactionKind
from donations.receipts.models import Issuer, IssuerTerms, Receipt, ReceiptKind, ReceiptWish
from donations.receipts.summaries.models import Summary, SummaryRun, SummaryRunMove, SummaryStatus
from donations.receipts.tax.gift_aid.models import GiftAidClaim, GiftAidDeclaration, GiftAidLine, GiftAidLineKind
from donations.refunds.models import Refund, RefundMove, RefundReason, RefundStatus
from donations.webhooks.models import EventState, InboxEvent

__all__ = [
    "Account",
    "Allocation",
    "Donation",
    "DonationMove",
    "DonationStatus",
    "EventState",
    "Expense",
    "ExpenseCategory",
    "Fund",
    "GiftAidClaim",
    "GiftAidDeclaration",
    "GiftAidLine",
    "GiftAidLineKind",
    "InboxEvent",
    "Issuer",
    "IssuerTerms",
    "Posting",
    "PublicFigure",
    "PublicSpending",
    "PublicStatus",
    "Purpose",
    "Receipt",
    "ReceiptKind",
    "ReceiptWish",
    "Refund",
    "RefundMove",
    "RefundReason",
    "RefundStatus",
    "Summary",
    "SummaryRun",
    "SummaryRunMove",
    "SummaryStatus",
    "Transaction",
    "TransactionKind",
]
