"""Canaries: words that nobody else would write, sent in everywhere, and looked for in everything that is kept.

`search.assert_nothing_in_clear(words, *more_places)` is what others need: it looks for words, in every spelling, in the
database, its files, a dump, and what lies beside it.
"""
