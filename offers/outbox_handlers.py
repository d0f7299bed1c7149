"""What the worker does for this app: repeated work, and the handlers of its slices."""

from kernel.outbox import every, often
from offers.matching import reminding as awaited  # noqa: F401 - registers the mails to who has to answer
from offers.matching import telling  # noqa: F401 - registers the notes to the owners of needs
from offers.matching.checks import mails as checks  # noqa: F401 - registers the mails about checks
from offers.matching.provider import mails as asked  # noqa: F401 - registers the questions to providers
from offers.matching.runs import jobs
from offers.matching.safety import paging  # noqa: F401 - registers the call to those who look after an incident
from offers.pledges import mails, reminding  # noqa: F401 - registers the mails to providers
from offers.pledges.moderation import deciding, holding  # noqa: F401 - registers what is done with what was sent
from offers.pledges.references import mails as questions  # noqa: F401 - registers the mails to referees

every(10, "offers.needs.board.run.release_now")
every(10, "offers.pledges.moderation.deciding.carry_out")
every(60, "offers.pledges.moderation.asking.forget_asked")
every(60, "offers.pledges.lapsing.let_run_out")
every(60, "offers.pledges.pinging.ask_whether_still_so")
every(60, "offers.pledges.references.ending.tend_references_now", name="references")
every(10, "offers.matching.deeds.expire_overdue")
every(10, "offers.matching.reminding.remind_waiting")
every(60, "offers.matching.checks.asking.tend_checks", name="checks")
every(10, "offers.matching.deeds.expire_needs")
every(10, "offers.matching.safety.paging.page_again", name="incidents")
often(jobs.LOOK_SECONDS, "offers.matching.runs.jobs.sweep_runs")
every(10, "offers.matching.suggestions.deeds.expire_suggestions_now", name="suggestions")
every(60, "offers.impact.publishing.freeze_month_now", name="impact")
