"""What a matching run is asked with and what it answers."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from api.bodies import (
    CountryField,
    IdField,
    ReasonIn,
    StrictBooleanField,
    StrictChoiceField,
    StrictIntegerField,
    StrictListField,
    StrictSerializer,
)
from api.resources import Body
from offers.kinds.vocabulary import Kind, Urgency
from offers.matching.runs.applying import applied
from offers.matching.runs.changes import sentence_of
from offers.matching.runs.comparing import Compared, Place
from offers.matching.runs.models import Assignment, MatchingRun, Outcome, RunStatus

MOST_CHANGES = 200


class PairIn(StrictSerializer):
    """A need and a pledge."""

    need = IdField("nd")
    pledge = IdField("pl")


class RunIn(StrictSerializer):
    """What to plan: nothing said means every kind, everywhere, every open need.

    With `alternative_to` only `forbid`, `force` and `time_limit_s` are said: all else is as that run was asked.
    """

    kinds = StrictListField(child=StrictChoiceField(choices=Kind.choices), required=False, default=list)
    countries = StrictListField(
        child=CountryField(), required=False, default=list, max_length=300, help_text="Where the help is."
    )
    needs = StrictListField(
        child=IdField("nd"), required=False, max_length=1000, help_text="These alone; left out: every open need."
    )
    dry_run = StrictBooleanField(required=False, default=True, help_text="False: applied as soon as there is a plan.")
    seed = StrictIntegerField(required=False, default=1, help_text="Settles what nothing else does.")
    time_limit_s = StrictIntegerField(
        required=False, default=60, min_value=1, max_value=600, help_text="What the solvers may take together."
    )
    forbid = StrictListField(
        child=PairIn(), required=False, default=list, max_length=100, help_text="Pairs that must not be in the plan."
    )
    force = StrictListField(
        child=PairIn(), required=False, default=list, max_length=100, help_text="Pairs that must be in the plan."
    )
    alternative_to = IdField(
        "run", required=False, help_text="What if not? A dry run that varies this one, to be compared with it."
    )

    def validate(self, attrs: Body) -> Body:
        """Refuse what an alternative takes from the run it varies."""
        if "alternative_to" not in attrs:
            return attrs
        said = [name for name in ("kinds", "countries", "needs", "seed") if name in self.initial_data]
        if said:
            raise serializers.ValidationError(
                dict.fromkeys(said, "An alternative asks what the run it varies was asked. Leave this out.")
            )
        if not attrs["dry_run"]:
            raise serializers.ValidationError(
                {"dry_run": "An alternative is a dry run. Apply it once you looked at it."}
            )
        return attrs


class ApplyIn(ReasonIn):
    """Nothing said: the whole plan."""

    needs = StrictListField(
        child=IdField("nd"), required=False, min_length=1, max_length=1000, help_text="The pairs of these alone."
    )


class ByUrgencyOut(serializers.Serializer[Any]):
    """Needs placed, by urgency."""

    def get_fields(self) -> dict[str, Any]:
        """Return one whole number per urgency."""
        return {word: serializers.IntegerField() for word in Urgency.values}


class ObjectiveOut(serializers.Serializer[Any]):
    """What a plan reaches."""

    needs = serializers.IntegerField(help_text="Open needs that were asked about.")
    placed = serializers.IntegerField()
    persons_placed = serializers.IntegerField()
    by_urgency = ByUrgencyOut()
    score = serializers.IntegerField(help_text="The sum over the placed pairs, 0 to 1000 each.")
    blocking_pairs = serializers.IntegerField(help_text="Pairs that would both rather have each other.")
    edges = serializers.IntegerField(help_text="Pairs that pass every hard rule.")
    optimal = serializers.BooleanField(help_text="Proven: no plan is better.")
    bound = serializers.IntegerField(
        allow_null=True,
        help_text="What the score of no plan exceeds that places as this one does; null while that is unproven.",
    )
    seconds = serializers.FloatField()


class PriceOut(serializers.Serializer[Any]):
    """One price of the proof: what one more unit like this would be worth. Lots without a price cost nothing."""

    part = serializers.CharField()
    pledge = serializers.CharField()
    unit = serializers.IntegerField(help_text="The first of the units that are free on the same days.")
    price = serializers.IntegerField()


class ProofOut(serializers.Serializer[Any]):
    """By what a plan can be checked without trusting the solver."""

    snapshot = serializers.CharField(help_text="SHA-256 over the facts the plan was made from.")
    prices = PriceOut(many=True)


class ChangedOut(serializers.Serializer[Any]):
    """What changed since the plan was made, and how many pairs were lost to it."""

    why = serializers.CharField()
    detail = serializers.CharField()
    count = serializers.IntegerField()


class AppliedOut(serializers.Serializer[Any]):
    """How far applying is; null before anybody asked for it."""

    status = serializers.ChoiceField(
        choices=["running", "done"], help_text="Done: every pair that was asked for was tried."
    )
    proposed = serializers.IntegerField(help_text="Matches that came of it.")
    lost = serializers.IntegerField(help_text="Pairs the world had moved past; their needs are in the pool.")
    planned = serializers.IntegerField(help_text="Not tried yet, or never asked for.")
    changed = ChangedOut(many=True)


class PairOut(serializers.Serializer[Any]):
    """A need and a pledge."""

    need = serializers.CharField()
    pledge = serializers.CharField()


class RunOut(serializers.Serializer[Any]):
    """A run. `objective` and `proof` are null until it succeeded."""

    id = serializers.CharField()
    status = serializers.ChoiceField(choices=RunStatus.values)
    progress = serializers.FloatField(min_value=0, max_value=1)
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=Kind.choices))
    countries = serializers.ListField(child=serializers.CharField())
    needs = serializers.ListField(child=serializers.CharField(), allow_null=True)
    dry_run = serializers.BooleanField()
    seed = serializers.IntegerField()
    time_limit_s = serializers.IntegerField()
    forbid = PairOut(many=True)
    force = PairOut(many=True)
    alternative_to = serializers.CharField(allow_null=True)
    objective = ObjectiveOut(allow_null=True)
    proof = ProofOut(allow_null=True)
    applied = AppliedOut(allow_null=True)
    error = serializers.CharField(allow_null=True, help_text="Why there is no plan: a code.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class AssignmentOut(serializers.Serializer[Any]):
    """One pair of a plan. `match` names what came of it; `why` says in a code what changed if it was lost."""

    need = serializers.CharField()
    pledge = serializers.CharField()
    units = serializers.IntegerField()
    until = serializers.DateField(help_text="The day the hold is over.")
    score = serializers.IntegerField(min_value=0, max_value=1000)
    outcome = serializers.ChoiceField(choices=Outcome.values)
    why = serializers.CharField(allow_null=True)
    detail = serializers.CharField(allow_null=True, help_text="What `why` means, in a sentence.")
    match = serializers.CharField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which cannot be written as an attribute of a class."""
        return {**super().get_fields(), "from": serializers.DateField(help_text="The first day of the hold.")}


def run_out(run: MatchingRun) -> Body:
    """Return what `RunOut` declares."""
    told = run.status == RunStatus.SUCCEEDED
    prices = [dict(zip(("part", "pledge", "unit", "price"), row, strict=True)) for row in run.prices]
    return {
        "id": run.pk,
        "status": run.status,
        "progress": run.progress / 1000,
        "kinds": run.kinds,
        "countries": run.countries,
        "needs": run.needs_named,
        "dry_run": run.dry_run,
        "seed": run.seed,
        "time_limit_s": run.time_limit_s,
        "forbid": [{"need": need, "pledge": pledge} for need, pledge in run.forbid],
        "force": [{"need": need, "pledge": pledge} for need, pledge in run.force],
        "alternative_to": run.alternative_to_id,
        "objective": run.objective,
        "proof": {"snapshot": run.snapshot, "prices": prices} if told else None,
        "applied": _applied_out(run),
        "error": run.error or None,
        "created_at": run.created_at,
        "updated_at": run.updated_at,
    }


def _applied_out(run: MatchingRun) -> Body | None:
    if run.apply_asked_at is None:
        return None
    told = applied(run)
    changed = [{"why": why, "detail": sentence_of(why), "count": count} for why, count in told.changed.items()]
    counts = {"proposed": told.proposed, "lost": told.lost, "planned": told.planned}
    return {"status": "running" if told.waiting else "done", **counts, "changed": changed}


def assignment_out(one: Assignment) -> Body:
    """Return what `AssignmentOut` declares."""
    return {
        "need": one.need_id,
        "pledge": one.pledge_id,
        "units": one.units,
        "from": one.starts_on,
        "until": one.ends_on,
        "score": one.score,
        "outcome": one.outcome,
        "why": one.why or None,
        "detail": sentence_of(one.why) if one.why else None,
        "match": one.match_id,
    }


class DifferenceOut(serializers.Serializer[Any]):
    """What the alternative has more of; below nothing: less."""

    placed = serializers.IntegerField()
    persons_placed = serializers.IntegerField()
    score = serializers.IntegerField()
    by_urgency = ByUrgencyOut()


class PlaceOut(serializers.Serializer[Any]):
    """Where a need goes in a plan."""

    pledge = serializers.CharField()
    score = serializers.IntegerField(min_value=0, max_value=1000)


class ChangeOut(serializers.Serializer[Any]):
    """A need that the two plans treat differently. Null: it is left over."""

    need = serializers.CharField()
    urgency = serializers.ChoiceField(choices=Urgency.values)
    persons = serializers.IntegerField()
    change = serializers.ChoiceField(choices=["loses", "gains", "moves"])
    before = PlaceOut(allow_null=True)
    after = PlaceOut(allow_null=True)


class ComparisonOut(serializers.Serializer[Any]):
    """An alternative beside the run it varies: what it costs whom."""

    id = serializers.CharField()
    alternative_to = serializers.CharField()
    same_facts = serializers.BooleanField(help_text="False: some of the difference may come of what changed between.")
    difference = DifferenceOut()
    needs_changed = serializers.IntegerField()
    changes = ChangeOut(many=True, help_text=f"Those who lose their place first; at most {MOST_CHANGES}.")


def comparison_out(told: Compared) -> Body:
    """Return what `ComparisonOut` declares."""
    return {
        "id": told.after.pk,
        "alternative_to": told.before.pk,
        "same_facts": told.same_facts,
        "difference": {**told.differences, "by_urgency": told.by_urgency},
        "needs_changed": len(told.changes),
        "changes": [
            {
                "need": one.need,
                "urgency": one.urgency,
                "persons": one.persons,
                "change": one.what,
                "before": _place_out(one.before),
                "after": _place_out(one.after),
            }
            for one in told.changes[:MOST_CHANGES]
        ],
    }


def _place_out(place: Place | None) -> Body | None:
    return None if place is None else {"pledge": place.pledge, "score": place.score}


def pairs_of(named: Iterable[Body]) -> list[tuple[str, str]]:
    """Return the pairs that a body names."""
    return [(one["need"], one["pledge"]) for one in named]
