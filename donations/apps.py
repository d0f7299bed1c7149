from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DonationsConfig(AppConfig):
    name = "donations"
    label = "donations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put this app's pages into the navigations; say what lies under the server key here."""
        from donations.giving.dedications import words
        from donations.giving.dedications.models import Dedication
        from donations.receipts import wishes
        from donations.receipts.models import ReceiptWish
        from donations.receipts.tax import schemes
        from donations.receipts.tax.gift_aid import declaring
        from donations.receipts.tax.gift_aid.models import GiftAidDeclaration
        from donations.receipts.tax.gift_aid.scheme import GiftAid
        from donations.recurring import contacts
        from donations.recurring.models import RecurringContact
        from kernel.shell import nav
        from kernel.vault import rewrapping

        rows = ReceiptWish.objects.all
        rewrapping.column("donations.receipt_wishes", wishes.__name__, rows, "sealed", wishes.wish_context)

        rewrapping.column(
            "donations.dedications", words.__name__, Dedication.objects.all, "sealed", words.dedication_context
        )
        rewrapping.column(
            "donations.gift_aid",
            declaring.__name__,
            lambda: GiftAidDeclaration.objects.exclude(sealed=b""),
            "sealed",
            declaring.declaration_context,
        )
        rewrapping.column(
            "donations.recurring_contacts",
            contacts.__name__,
            RecurringContact.objects.all,
            "sealed",
            contacts.contact_context,
        )
        schemes.register(GiftAid())

        nav.register_public(_("Give"), "donations:give", order=10)
        nav.register_public(_("Check a fundraiser"), "donations:verify", order=60)
        nav.register(
            _("Money"),
            "donations:money",
            "donations.see_money",
            order=40,
            about=_("What came in, what was spent, and what needs a look."),
        )
