"""The rows of this app, from the slice each belongs to."""

from donations.alarms.models import Alarm, AlarmCode
from donations.campaigns.models import Campaign, CampaignMove, CampaignStatus
from donations.campaigns.transfers.models import CampaignFigure, CampaignTransfer, TransferMove, TransferStatus
from donations.disputes.models import Answer, Dispute, DisputeMove, DisputeStatus
from donations.expenses.models import Expense, ExpenseCategory
from donations.funds.models import Fund, PublicFigure, PublicFigureMonth, PublicSpending, PublicSpendingMonth
from donations.giving.breaker.models import DeclinedCharge, GivingStop, StopReason
from donations.giving.dedications.models import Dedication
from donations.giving.models import Allocation, Donation, DonationMove
from donations.giving.states import DonationStatus, PublicStatus
from donations.ledger.models import Account, Posting, Purpose, Transaction, TransactionKind
from donations.my_giving.models import GivingLink, VisitEnd
from donations.offline.models import OfflineGift, OfflineMove, OfflineStatus, OfflineWay
from donations.payouts.models import Payout, PayoutMove, PayoutStatus, StripeEntry, UnreadRow, UnreadWhat
from donations.receipts.models import Issuer, IssuerTerms, Receipt, ReceiptKind, ReceiptWish
from donations.receipts.summaries.models import Summary, SummaryRun, SummaryRunMove, SummaryStatus
from donations.receipts.tax.gift_aid.models import GiftAidClaim, GiftAidDeclaration, GiftAidLine, GiftAidLineKind
from donations.recurring.models import (
    RecurringAmount,
    RecurringContact,
    RecurringGift,
    RecurringMove,
    RecurringNotice,
    RecurringShare,
    RecurringWish,
)
from donations.recurring.states import GiftInterval, NoticeKind, RecurringStatus, Wish
from donations.refunds.models import Refund, RefundMove, RefundReason, RefundStatus
from donations.webhooks.models import EventState, InboxEvent

__all__ = [
    "Account",
    "Alarm",
    "AlarmCode",
    "Allocation",
    "Answer",
    "Campaign",
    "CampaignFigure",
    "CampaignMove",
    "CampaignStatus",
    "CampaignTransfer",
    "DeclinedCharge",
    "Dedication",
    "Dispute",
    "DisputeMove",
    "DisputeStatus",
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
    "GiftInterval",
    "GivingLink",
    "GivingStop",
    "InboxEvent",
    "Issuer",
    "IssuerTerms",
    "NoticeKind",
    "OfflineGift",
    "OfflineMove",
    "OfflineStatus",
    "OfflineWay",
    "Payout",
    "PayoutMove",
    "PayoutStatus",
    "Posting",
    "PublicFigure",
    "PublicFigureMonth",
    "PublicSpending",
    "PublicSpendingMonth",
    "PublicStatus",
    "Purpose",
    "Receipt",
    "ReceiptKind",
    "ReceiptWish",
    "RecurringAmount",
    "RecurringContact",
    "RecurringGift",
    "RecurringMove",
    "RecurringNotice",
    "RecurringShare",
    "RecurringStatus",
    "RecurringWish",
    "Refund",
    "RefundMove",
    "RefundReason",
    "RefundStatus",
    "StopReason",
    "StripeEntry",
    "Summary",
    "SummaryRun",
    "SummaryRunMove",
    "SummaryStatus",
    "Transaction",
    "TransactionKind",
    "TransferMove",
    "TransferStatus",
    "UnreadRow",
    "UnreadWhat",
    "VisitEnd",
    "Wish",
]
