"""Replay: recorded decisions made again, first as they were made, then under a candidate, and what that changes.

`candidate` opens what is proposed, `sources` reads what was recorded, `windows` judges some of it (in workers), `run`
does so with all of it and adds up, `state` lets a run go on where it was stopped; `reports/` tells the result.
"""
