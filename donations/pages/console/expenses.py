"""Expenses: what a fund paid for."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from donations.expenses.deeds import book_expense, reverse_expense
from donations.expenses.models import Expense
from donations.pages.console.forms import ExpenseForm, refuse
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.shell.refusals import in_words
from kernel.states import Refusal

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
@console("donations.keep_books")
def expenses(request: HttpRequest) -> HttpResponse:
    """List expenses, newest first, and book one, once however often the button is pressed."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    form = ExpenseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said, by = form.said(), member.user.actor
        try:
            form.once(
                lambda: book_expense(**said, by=by, at=timezone.now()).pk,
                same=lambda known: Expense.objects.filter(pk=known, **form.columns()).exists(),
            )
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Booked."))
            return redirect("donations:expenses")
    rows = Expense.objects.select_related("fund").order_by("-spent_on", "-created_at", "pk")
    context = {"form": form, "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "donations/console/expenses.html", context, status=status)


@require_POST
@console("donations.keep_books")
def reverse(request: HttpRequest, expense_id: str) -> HttpResponse:
    """Take back an expense that somebody else booked by mistake."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    expense = get_object_or_404(Expense, pk=expense_id)
    try:
        reverse_expense(expense, by=member.user.actor, at=timezone.now())
    except Refusal as refusal:
        messages.warning(request, in_words(refusal))
    else:
        messages.success(request, _("Taken back."))
    return redirect("donations:expenses")
