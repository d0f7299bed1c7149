"""Many questions at once: the columns over which the vectorised form of each rule and each part of the score runs.

What a rule says stands in `rules.py`, what a score is made of in `score.py`, each beside the form for one question.
Here is what those forms look at. Loads numpy: whoever serves a page imports it only where many are asked.
"""
