"""References: people who know a provider answer three closed questions, by a private link that came by mail.

What is kept of a referee is where to write to, under the server key and only until the answer is in. Nobody is named.
"""

from datetime import timedelta

MOST = 2  # people a provider names at one time
MOST_EVER = 6  # people asked about one offer, whoever names them
LASTS = timedelta(days=21)
REMIND_AFTER = timedelta(days=7)
