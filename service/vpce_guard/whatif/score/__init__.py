"""Rules scored against AWS: what they say of changes that CloudTrail recorded, beside what AWS answered.

`files` finds and reads events one at a time, `changes` makes proposals of them, `judging` asks what decides, `score`
puts both answers side by side and counts; `surfaces/reports/score/` tells the result. `spill` holds on disk what
grows with the number of events.
"""
