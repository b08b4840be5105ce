"""All measurements, one after another."""

from __future__ import annotations

from bench import engine_scale, import_cost, real_preview, real_up, review, rules, startup

for measurement in (startup, import_cost, engine_scale, real_preview, real_up, rules, review):
    print(f"# {measurement.__name__}: {measurement.__doc__}", flush=True)
    measurement.main()
