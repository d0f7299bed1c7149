"""Check the books; exits with 1 when anything is wrong."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from donations.ledger.queries import balances
from donations.ledger.verify import verify


class Command(BaseCommand):
    help = "Check that every transaction is posted and balanced, and that the triggers that keep it so are up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --json."""
        parser.add_argument("--json", action="store_true", help="answer for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read every transaction; print what is wrong, or that nothing is."""
        read, findings = verify()
        if options["json"]:
            totals = [
                {"account": ":".join(part for part in (purpose, fund, category) if part), **amount.as_json()}
                for purpose, fund, _name, category, amount in balances()
            ]
            answer = {"transactions": read, "findings": [asdict(one) for one in findings], "balances": totals}
            self.stdout.write(json.dumps(answer))
        else:
            for finding in findings:
                self.stdout.write(f"{finding.what}: {finding.ref}")
            self.stdout.write(f"{read} transactions read, {len(findings)} findings.")
        if findings:
            sys.exit(1)
