"""The public directory in the words of HSDS 3, the Human Services Data Specification of Open Referral.

https://docs.openreferral.org/en/3.0/ : the names of members and parameters are that standard's, not ours.
"""
