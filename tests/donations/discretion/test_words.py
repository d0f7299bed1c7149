"""What a relative may see says nothing: every word for donors, in both languages, against those that reveal."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils import timezone, translation

from donations.discretion.mails import letters, templates
from donations.discretion.words import revealing
from donations.giving.checkout import open_checkout
from donations.models import Donation
from tests.factories.donations import make_donation, make_fund
from waystation.demo.scenario.money import FUNDS

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = ROOT / "platform" / "waystation" / "locale" / "ru" / "LC_MESSAGES" / "django.po"
TRANSLATES = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
IN_TEMPLATE = re.compile(
    r"""\{%\s*translate\s+(?P<q>["'])(?P<word>.*?)(?P=q)|_\((?P<p>["'])(?P<inner>.*?)(?P=p)\)"""
    r"|\{%\s*blocktranslate[^%]*%\}(?P<block>.*?)\{%\s*endblocktranslate",
    re.DOTALL,
)
OPAQUE = re.compile(r"\b[a-z]{2,3}_[a-z2-7]{26}\b")
# for those who work here, not for those who give
FOR_STAFF = {"console", "management", "migrations", "alarms", "discretion", "gateway"}


def sources() -> list[Path]:
    """Return the files whose words donors read, and those of every mail and calendar, whoever gets it."""
    money = [
        path
        for kind in ("py", "html", "txt")
        for path in (ROOT / "donations").rglob(f"*.{kind}")
        if not FOR_STAFF & set(path.relative_to(ROOT).parts) and path.name not in ("rules.py", "retention_classes.py")
    ]
    mails = [
        path for place in ("offers", "platform/kernel") for path in (ROOT / place).rglob("*.txt") if "mail" in str(path)
    ]
    sends = [
        path
        for place in ("offers", "platform/kernel")
        for path in (ROOT / place).rglob("*.py")
        if "mail.send(" in path.read_text() or "calendar_link" in str(path)
    ]
    return sorted({*money, *mails, *sends})


def words_of(path: Path) -> Iterator[str]:
    """Yield what a file says to people, in English."""
    text = path.read_text()
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TRANSLATES:
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield argument.value
        return
    for found in IN_TEMPLATE.finditer(text):
        yield found["word"] or found["inner"] or found["block"] or ""
    # what stands there in no language
    yield re.sub(r"\{[%#{].*?[%#}]\}|<[^>]*>", " ", text, flags=re.DOTALL)


def catalogue() -> dict[str, str]:
    """Return the Russian of each English sentence, its forms put together."""
    with CATALOGUE.open("rb") as file:
        found = read_po(file, locale="ru")
    return {
        one: " ".join(message.string) if isinstance(message.string, tuple) else message.string
        for message in found
        for one in (message.id if isinstance(message.id, tuple) else (message.id,))
        if message.id
    }


def test_no_word_for_donors_reveals_anything_in_either_language():
    russian = catalogue()
    files = sources()
    told = [(path, word) for path in files for word in words_of(path)]
    assert len(files) > 40
    assert len(told) > 200
    found = {
        f"{path.relative_to(ROOT)}: {word[:60]!r}": words
        for path, word in told
        if (words := revealing(word) + revealing(russian.get(word, "")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text",
    ["LGBT centre", "for refugees", "a shelter", "Chechnya", "gay men", "an asylum case", "rainbow", "ЛГБТ", "беженцам",
     "приют", "в Чечне", "чеченцы", "убежище", "для геев", "эвакуация"],
)  # fmt: skip
def test_the_list_knows_what_it_is_for(text):
    assert revealing(text)


@pytest.mark.parametrize(
    "text", ["Donation", "Пожертвование", "Your receipt", "Ваша квитанция", "Сергей", "Reserved", "Занято", "engaged"]
)
def test_the_list_lets_neutral_words_be(text):
    assert revealing(text) == []


def test_every_mail_to_donors_is_shown_and_neutral_in_every_language():
    assert len(letters()) == 2 * len(templates())
    assert [(one.template, words) for one in letters() if (words := revealing(one.subject + one.text))] == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/give/", "/ru/give/", "/give/{slug}/", "/thanks/", "/ru/thanks/?left=1"])
def test_titles_name_neither_fund_nor_matter(client, address):
    fund = make_fund(name="Shelter for Somebody", slug="neutral-word")
    page = client.get(address.format(slug=fund.slug)).content.decode()
    (title,) = re.findall(r"<title>(.*?)</title>", page, re.DOTALL)
    assert revealing(title) == []
    assert fund.name not in title


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_payment_page_is_told_an_opaque_reference_and_a_neutral_name(language):
    told: dict[str, object] = {}

    class Desk:
        def open_checkout(self, **words):
            told.update(words)
            raise ZeroDivisionError

    fund = make_fund(name="Shelter for Somebody", slug="shelter-for-somebody")
    donation = make_donation(split=[(fund, 1)], language=language)
    with pytest.raises(ZeroDivisionError):
        open_checkout(donation, at=timezone.now(), via=Desk())
    assert Donation.objects.get().pk in str(told["success_url"])
    # what is drawn at random spells anything now and then
    assert revealing(OPAQUE.sub("", " ".join(map(str, told.values())))) == []
    assert fund.slug not in str(told)
    with translation.override(language):
        assert told["product"] == translation.gettext("Donation")


def test_the_demos_funds_have_neutral_addresses_and_names():
    said = [f"{plan.slug.replace('-', ' ')} {plan.name} {plan.name_ru}" for plan in FUNDS]
    assert [(words, found) for words in said if (found := revealing(words))] == []
