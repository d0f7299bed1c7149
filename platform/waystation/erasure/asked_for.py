"""How the two commands are told whom they are about. What names a person is read from standard input, never from the
command line, where it would stay in the shell's history and in the list of processes.
"""

import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from waystation.erasure.subjects import (
    DONOR,
    PERSON,
    PROVIDER,
    Record,
    donor_by_email,
    donor_by_ids,
    person_by_case,
    provider_by_email,
    provider_by_ids,
)


def add_subject(parser: CommandParser) -> None:
    """Add what finds a subject."""
    parser.add_argument("subject", choices=[PROVIDER, PERSON, DONOR])
    parser.add_argument("--pledge", action="append", default=[], metavar="pl_…", help="a provider's offer")
    parser.add_argument(
        "--email",
        action="store_true",
        help="an address that was left with us, read from standard input",
    )
    parser.add_argument("--organisation", metavar="org_…", help="whose case it is")
    parser.add_argument("--case-ref", action="store_true", help="the owner's reference, read from standard input")
    parser.add_argument("--donation", action="append", default=[], metavar="dn_…", help="a donor's gift")


def find_subject(options: dict[str, Any]) -> list[Record]:
    """Return the records of the subject that was asked for. Raises CommandError saying what is missing."""
    try:
        match options["subject"]:
            case "provider" if options["email"]:
                return provider_by_email(_typed("E-mail address: "))
            case "provider":
                return provider_by_ids(options["pledge"])
            case "person" if options["organisation"] and options["case_ref"]:
                owner = Organisation.objects.filter(pk=options["organisation"]).first()
                if owner is None:
                    raise CommandError("There is no such organisation.")
                return person_by_case(owner, _typed("Case reference: "))
            case "person":
                raise CommandError("A person in need is found by --organisation and --case-ref.")
            case "donor" if options["email"]:
                return donor_by_email(_typed("E-mail address: "))
            case _:
                return donor_by_ids(options["donation"])
    except Refusal as refused:
        raise CommandError(refused.sentence) from refused


def _typed(prompt: str) -> str:
    if sys.stdin.isatty():
        sys.stderr.write(prompt)
        sys.stderr.flush()
    return sys.stdin.readline().rstrip("\n")
