"""Gift Aid: the charity claims from HM Revenue and Customs the basic-rate tax that a donor paid on a gift.

Sources: HMRC, "Gift Aid declarations: claiming tax back on donations" (model declarations, what a donor has to be told)
and "Schedule spreadsheet to claim back tax on Gift Aid donations" (columns, at most 1,000 rows, gifts of four years).
"""
