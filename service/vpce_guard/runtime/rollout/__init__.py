"""The life of bundles: uploaded signed, tried by their own examples, activated, rolled back; each step is recorded.

`store` keeps them, `trial` tries them, `life` says which one is in force in this process, `sidecars` which one each OPA
runs, `shadow` judges beside the one in force.
"""
