"""Bodies: what a request may say, and the declared shape of what an answer says."""

from api.bodies.fields import (
    CountryField,
    DayField,
    IdField,
    LanguageField,
    RegionField,
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictListField,
)
from api.bodies.money import MoneyField, MoneyShape
from api.bodies.ranges import RangeSerializer
from api.bodies.reasons import ReasonIn
from api.bodies.strict import StrictSerializer

__all__ = [
    "CountryField",
    "DayField",
    "IdField",
    "LanguageField",
    "MoneyField",
    "MoneyShape",
    "RangeSerializer",
    "ReasonIn",
    "RegionField",
    "StrictBooleanField",
    "StrictCharField",
    "StrictChoiceField",
    "StrictIntegerField",
    "StrictListField",
    "StrictSerializer",
]
