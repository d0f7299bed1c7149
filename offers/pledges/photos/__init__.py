"""Photos of a room: redrawn from their pixels as they arrive, sealed like a contact, seen only by a disclosure.

A photo is a sealed record of its own: `record_id` is the photo's id (`ph_…`), the purpose is PURPOSE. Whoever may open
a contact opens a photo by the same deed, one photo at a time.
"""

PURPOSE = "pledge.photo"
MOST = 5  # for one pledge
