"""A new kind of help: its file is all it takes, and it is in the form, the API, the console and the rules."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from offers.kinds.vocabulary import Kind

ROOT = Path(__file__).resolve().parents[3]
CHILDCARE = """
from django.utils.translation import gettext_lazy as _

from offers.kinds.helpkind import HelpKind
from offers.kinds.vocabulary import Check, Feature, KindGroup

KIND = HelpKind(
    code="childcare", order=75, noun=_("childcare"), group=KindGroup.DAILY, title=_("Childcare"),
    about=_("An afternoon with the children."), unit="afternoon", units=_("Afternoons"),
    fields=("notice_days", "radius_km"), features=(Feature.CHILDREN_OK,),
    checks=(Check.IDENTITY, Check.CODE_OF_CONDUCT),
)
"""
LOOK = """
import json, sys

import offers.kinds
offers.kinds.__path__.append(sys.argv[1])

import django
django.setup()
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from drf_spectacular.generators import SchemaGenerator
from offers.kinds.vocabulary import Kind
from offers.matching.rules import ask, first_failure
from offers.models import Pledge
from offers.needs.board.policy import configured_policy
from offers.pages.moderation_forms import PickForm
from offers.pages.need_forms import NeedForm
from offers.pages.offer_forms import DetailsForm, LanguagesForm, PlaceForm, kind_tiles
from offers.pages.vetting_words import step_rows
from offers.pledges.drafting import new_pledge
from offers.pledges.terms import checked
from tests.offers.matching.plain import TODAY, need_facts, pledge_facts

WORD = "childcare"
schemas = SchemaGenerator().get_schema(public=True)["components"]["schemas"]

def naming(word, member):
    found = {name: schema.get("properties", {}).get(member, {}) for name, schema in schemas.items()}
    return sorted(name for name, schema in found.items() if word in schema.get("enum", ()))

pledge = Pledge(kind=checked({"kind": WORD})["kind"], status="vetting", features=["children_ok"])
pledge.steps_in_force = []
need = need_facts(kind=WORD)
loader = MigrationLoader(None, ignore_no_migrations=True)
changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)

def failed(**words):
    rule = first_failure(ask(need, pledge_facts(**words), today=TODAY))
    return rule and rule.code

print(json.dumps({
    "order": Kind.values,
    "label": str(Kind(WORD).label),
    "form": [str(tile) for word, tile in kind_tiles() if word == WORD],
    "fields": [name for form in (DetailsForm, PlaceForm, LanguagesForm) for name in form(pledge).fields],
    "features": [word for word, _label in LanguagesForm(pledge).fields["features"].choices],
    "api": naming(WORD, "kind"),
    "unit": naming("afternoon", "unit"),
    "console": [WORD in dict(form.base_fields["kind"].choices) for form in (NeedForm, PickForm)],
    "checks": [str(row["label"]) for row in step_rows(pledge)],
    "group": configured_policy().kind_group[WORD],
    "rules": [failed(kind=WORD), failed(kind="food")],
    "migration": {app: sorted(type(one).__name__ for made in found for one in made.operations)
                  for app, found in changes.items()},
    "constraints": sorted(getattr(one, "name", "") or one.constraint.name
                          for made in changes.get("offers", ()) for one in made.operations
                          if "Constraint" in type(one).__name__),
}))
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a program sees that starts with one more file among the kinds."""
    folder = tmp_path_factory.mktemp("more")
    (folder / "childcare.py").write_text(CHILDCARE)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
        "DJANGO_SETTINGS_MODULE": "waystation.settings.test",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(folder)],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_it_stands_where_it_says_among_the_words(seen):
    assert seen["order"][7] == "childcare"
    assert len(seen["order"]) == len(Kind.values) + 1
    assert seen["label"] == "childcare"


def test_it_is_in_the_form_with_the_fields_it_declares_and_no_others(seen):
    assert len(seen["form"]) == 1
    assert "An afternoon with the children." in seen["form"][0]
    assert {"units_total", "notice_days", "radius_km", "features"} <= set(seen["fields"])
    assert not {"max_stay_days", "remote", "service_area", "refusals", "preferences"} & set(seen["fields"])
    assert seen["features"] == ["children_ok"]


def test_it_is_in_the_schema_of_the_api(seen):
    assert {"PledgeIn", "PledgeOut", "NeedIn", "NeedOut"} <= set(seen["api"])
    assert "PledgeOut" in seen["unit"]


def test_it_is_in_the_console(seen):
    assert seen["console"] == [True, True]
    assert seen["checks"] == ["identity", "police check", "code of conduct"]
    assert seen["group"] == "daily"


def test_it_is_matched_with_its_own_kind(seen):
    assert seen["rules"] == [None, "kind"]


def test_it_takes_one_generated_migration_of_words_and_nothing_else(seen):
    assert set(seen["migration"]) == {"offers"}
    assert set(seen["migration"]["offers"]) <= {"AlterField", "RemoveConstraint", "AddConstraint", "AlterConstraint"}
    assert set(seen["constraints"]) == {"offers_pledge_kind_known", "offers_need_kind_known"}
