"""What others may see of a gift, before they do: the bank statement, the payment page, every mail."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from donations.discretion.descriptor import LONGEST, PROBLEMS, problems
from donations.discretion.mails import letters
from donations.giving.checkout import product_name
from kernel.accounts.access import console


@require_GET
@console("donations.keep_books")
def discretion(request: HttpRequest) -> HttpResponse:
    """Show all of it, in every language."""
    line = settings.STATEMENT_DESCRIPTOR
    context = {
        "line": line,
        "printed": line.upper()[:LONGEST],
        "problems": [PROBLEMS[code] for code in problems(line)] if line else [],
        "names": [(_(str(name)), code, product_name(code)) for code, name in settings.LANGUAGES],
        "letters": letters(),
        "here": translation.get_language(),
    }
    return render(request, "donations/console/discretion.html", context)
