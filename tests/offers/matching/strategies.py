"""Random needs and pledges for the property tests: small vocabularies, so that rules pass and fail about equally."""

from datetime import date, timedelta

from hypothesis import strategies as st

from offers.matching.facts import HeldUnit, NeedFacts, PledgeFacts, Span
from offers.matching.rules import Question, ask

TODAY = date(2026, 11, 22)
COUNTRIES = ("DE", "FR", "LT", "NL")
LANGUAGES = ("ru", "en", "en-GB", "de", "ce")
FEATURES = ("step_free", "pets_ok", "women_only", "background_checked", "licensed", "quiet")
BANDS = ("0-2", "3-12", "13-17", "18-59", "60+")

days = st.integers(0, 90).map(lambda count: TODAY + timedelta(days=count))


@st.composite
def spans(draw: st.DrawFn, longest: int = 60) -> Span:
    start = draw(days)
    return Span(start, start + timedelta(days=draw(st.integers(1, longest))))


@st.composite
def needs(draw: st.DrawFn) -> NeedFacts:
    bands = {band: draw(st.integers(0, 2)) for band in BANDS}
    if not any(bands.values()):
        bands["18-59"] = 1
    return NeedFacts(
        id="nd_a",
        organisation="org_a",
        kind=draw(st.sampled_from(["housing", "legal"])),
        units=draw(st.integers(1, 2)),
        urgency="soon",
        size=sum(bands.values()),
        bands=bands,
        window=draw(spans(longest=14)),
        stay_days=draw(st.integers(1, 60)),
        countries=draw(st.none() | st.lists(st.sampled_from(COUNTRIES), unique=True, min_size=1).map(tuple)),
        languages=draw(st.lists(st.sampled_from(LANGUAGES), unique=True).map(tuple)),
        waiting_since=TODAY - timedelta(days=draw(st.integers(-2, 200))),
        countries_excluded=draw(st.frozensets(st.sampled_from(COUNTRIES), max_size=1)),
        requires=draw(st.frozensets(st.sampled_from(FEATURES), max_size=1)),
        prefers=draw(st.frozensets(st.sampled_from(FEATURES), max_size=3)),
        exclusions=draw(st.frozensets(st.sampled_from(["org_b", "pl_b", "community"]), max_size=1)),
        failed_with=draw(st.frozensets(st.sampled_from(["pl_b", "pl_c"]), max_size=1)),
        consent=draw(st.booleans()),
    )


@st.composite
def pledges(draw: st.DrawFn) -> PledgeFacts:
    total = draw(st.integers(1, 4))
    return PledgeFacts(
        id="pl_b",
        organisation=draw(st.sampled_from(["org_a", "org_b"])),
        kind=draw(st.sampled_from(["housing", "housing", "legal"])),
        provider=draw(st.sampled_from(["person", "organisation"])),
        status=draw(st.sampled_from(["active", "active", "paused"])),
        vetted_until=draw(st.none() | st.integers(-1, 90).map(lambda count: TODAY + timedelta(days=count))),
        confirm_by=draw(st.none() | st.just(TODAY)),
        units_total=total,
        max_party=draw(st.integers(1, 6)),
        availability=draw(st.lists(spans(longest=200), max_size=3).map(tuple)),
        country=draw(st.sampled_from(COUNTRIES)),
        languages=draw(st.lists(st.sampled_from(LANGUAGES), unique=True).map(tuple)),
        notice_days=draw(st.integers(0, 5)),
        min_stay_days=draw(st.none() | st.integers(1, 10)),
        max_stay_days=draw(st.none() | st.integers(10, 90)),
        service_area=draw(st.frozensets(st.sampled_from(COUNTRIES), max_size=2)),
        remote=draw(st.booleans()),
        verified=draw(st.frozensets(st.sampled_from(FEATURES))),
        refusals=draw(st.frozensets(st.sampled_from(["children", "pets"]), max_size=1)),
        preferences=draw(st.frozensets(st.sampled_from(["single", "quiet", "short_stay"]), max_size=2)),
        tokens=frozenset({"pl_b", "org_b"}),
        held=tuple(HeldUnit(unit, draw(spans())) for unit in draw(st.sets(st.integers(1, total)))),
        vetting_steps=draw(st.integers(0, 9)),
        kept=draw(st.integers(0, 9)),
        broken=draw(st.integers(0, 9)),
    )


@st.composite
def questions(draw: st.DrawFn) -> Question:
    return ask(draw(needs()), draw(pledges()), today=TODAY)
