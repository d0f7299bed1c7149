"""Erasing: what is known of somebody goes, what has to be counted stays. It touches both sides, so it lives here."""

from offers.matching.erasing.needs import erase_need
from offers.matching.erasing.pledges import erase_pledge
from offers.matching.erasing.report import Erased

__all__ = ["Erased", "erase_need", "erase_pledge"]
