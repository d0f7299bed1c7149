"""The file of a claim: the columns of HMRC's schedule spreadsheet, in their order, as CSV."""

import csv
import io

from donations.receipts.tax.gift_aid.declaring import taxpayer_of
from donations.receipts.tax.gift_aid.models import GiftAidClaim, GiftAidLineKind

COLUMNS = (
    "Item",
    "Title",
    "First name",
    "Last name",
    "House name or number",
    "Postcode",
    "Aggregated donations",
    "Sponsored event",
    "Donation date",
    "Amount",
)


def schedule(claim: GiftAidClaim) -> bytes:
    """Return a claim as CSV in UTF-8, a row a gift: date as DD/MM/YY, amount with two decimals and no sign.

    What has to be taken back is no row: HMRC asks for one sum of tax, the "adjustment" of the claim. A declaration
    that was forgotten after its term leaves its columns empty.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    lines = claim.lines.filter(kind=GiftAidLineKind.GIFT).select_related("donation", "declaration")
    for item, line in enumerate(lines.order_by("pk"), start=1):
        who = taxpayer_of(line.declaration) if line.declaration.sealed else None
        # HMRC asks for a space in the place of a hyphen in a last name
        last_name = who.last_name.replace("-", " ") if who else ""
        names = [who.title, who.first_name, last_name, who.house, who.postcode] if who else [""] * 5
        paid_at = line.donation.paid_at
        day = paid_at.strftime("%d/%m/%y") if paid_at else ""
        writer.writerow([item, *names, "", "", day, line.amount.decimal_text()])
    return file.getvalue().encode()
