"""Pages for donors, and the money screens of the console.

/give/ and /give/{slug}/ take a POST with `fund` (slug or id), `amount` (as typed: 25, 25.50), `currency` and
`cover_fee` (on), `receipt_email` and `receipt_name` where somebody issues receipts, or `preset` (EUR:2500) in place of
`amount`, with the `opened` of the page they were drawn with, at least two seconds later, and answer 303 to the payment
page.
/thanks/?donation=dn_… says how it went.
"""
