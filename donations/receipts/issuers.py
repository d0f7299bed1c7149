"""The organisation that issues receipts, as it is printed on them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from donations.receipts.models import Issuer, IssuerTerms
from donations.receipts.tax.schemes import SCHEMES
from kernel import audit
from kernel.states import Refusal


def current_terms() -> IssuerTerms | None:
    """Return what a receipt that is issued now prints of its issuer; None where nobody issues receipts."""
    return IssuerTerms.objects.select_related("issuer").filter(issuer__current=True).order_by("-pk").first()


def latest_terms(issuer: Issuer) -> IssuerTerms:
    """Return what an issuer prints now."""
    return issuer.terms.select_related("issuer").latest("pk")


@transaction.atomic
def set_issuer(
    *,
    code: str,
    name: str,
    address: str,
    by: str,
    at: datetime,
    registration: str = "",
    tax_scheme: str = "",
    scheme_reference: str = "",
) -> IssuerTerms:
    """Have receipts issued under `code` from now on, with these words. Receipts that were issued keep theirs.

    A new code begins a new series at 1. Raises Refusal `unknown_scheme`, `scheme_reference_missing`.
    """
    if tax_scheme and tax_scheme not in SCHEMES:
        raise Refusal("unknown_scheme", _("Choose one of the tax schemes."), "tax_scheme")
    if tax_scheme and not scheme_reference:
        raise Refusal("scheme_reference_missing", _("Write what the tax office calls you."), "scheme_reference")
    list(Issuer.objects.select_for_update().order_by("pk"))
    Issuer.objects.exclude(code=code).filter(current=True).update(current=False)
    issuer, _new = Issuer.objects.get_or_create(code=code, defaults={"created_at": at})
    Issuer.objects.filter(pk=issuer.pk, current=False).update(current=True)
    terms = IssuerTerms.objects.create(
        issuer=issuer,
        name=name,
        address=address,
        registration=registration,
        tax_scheme=tax_scheme,
        scheme_reference=scheme_reference,
        created_at=at,
    )
    audit.record(by, "issuer.set", f"issuer:{issuer.pk}", at=at)
    return terms
