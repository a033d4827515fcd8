"""Probes: each body of each rule written once more so that it tells how far it got; built into explain.wasm."""
