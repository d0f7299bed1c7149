"""One plan for many needs: plain Python and two solvers, no database and no Django.

The solvers and numpy weigh a lot, so nobody imports this package but the process that makes or checks a plan.
"""
