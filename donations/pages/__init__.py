"""Pages for donors, and the money screens of the console.

/give/ and /give/{slug}/ take a POST with `fund` (slug or id), `amount` (as typed: 25, 25.50), `currency` and
`cover_fee` (on), or `preset` (EUR:2500) in place of `amount`, and answer 303 to the payment page.
/thanks/?donation=dn_… says how it went.
"""
