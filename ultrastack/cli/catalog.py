"""ultrastack catalog: what does the toolkit know of the clouds, from where, and how fresh is it?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from . import page
from .command import Command
from .project import Project

if TYPE_CHECKING:
    from ultrastack.catalog import Sourced


@click.command("catalog", cls=Command, short_help="What is known of machines, slices and regions, and how fresh it is.")
@click.option("--sources", is_flag=True, help="The sources, each with its number of rows and its newest date.")
@click.pass_obj
def command(project: Project, sources: bool) -> None:
    """Count what the catalogue knows: machines, TPU slices, the regions that they are in, and the newest date.

    A row that is missing or stale is replaced by one of your own in catalog.local/; `ultrastack doc MACHINE` prints
    what is known of one machine.
    """
    from ultrastack.catalog import rows_of, table_names, use_local_rows

    if project.found:
        use_local_rows(project.found)
    tables = {name: rows_of(name) for name in table_names()}
    rows = [row for table in tables.values() for row in table]
    click.echo(f"{len(rows):,} rows in {len(tables)} tables, each with source, date and confidence")
    if sources:
        page.columns(("source", "rows", "newest"), _sources(rows), numbers=(1,))
        return
    page.columns(("on AWS", "sizes", "accelerators", "regions", "newest"), _machines(), numbers=(1, 3))
    page.columns(("on Google Cloud", "slice shapes", "most chips", "zones", "newest"), _slices(), numbers=(1, 2, 3))
    click.echo(
        "\nultrastack catalog --sources says where this is from; a region that is not counted may still be there."
    )


def _machines() -> list[tuple[str, ...]]:
    """A line per family, in the order of the table."""
    from ultrastack.catalog import hosting_types, machine_regions, machines, ultraservers

    families: dict[str, list[str]] = defaultdict(list)
    for name in machines():
        families[name.partition(".")[0]].append(name)
    found: list[tuple[str, ...]] = []
    for family, names in families.items():
        known = [machines()[name] for name in names]
        places = {region: row for name in names for region, row in machine_regions(name).items()}
        chip = f"{_span(m.accelerators for m in known)} {known[0].accelerator}"
        found.append((family, str(len(names)), chip, str(len(places)), _newest([*known, *places.values()])))
    racks = list(ultraservers().values())
    found.append(("UltraServers", str(len(racks)), "", "", _newest(racks)))
    hosted = [one for one in hosting_types().values() if one.hosting]
    regions = {region for one in hosted for region in one.hosting_regions}
    found.append(("SageMaker hosting", str(len(hosted)), "", str(len(regions)), _newest(hosted)))
    return found


def _slices() -> list[tuple[str, ...]]:
    from ultrastack.catalog import tpu_generations, tpu_slices, tpu_zones

    found: list[tuple[str, ...]] = []
    for name, generation in tpu_generations().items():
        shapes, zones = list(tpu_slices(name).values()), tpu_zones(name)
        most = generation.slice_chips_max
        newest = _newest([generation, *shapes, *zones.values()])
        found.append((name, str(len(shapes)), f"{most:,}" if most else "unknown", str(len(zones)), newest))
    return found


def _sources(rows: Iterable[Sourced]) -> list[tuple[str, ...]]:
    """A row may name several sources, joined by semicolons; its date is the newest of them."""
    its: dict[str, list[Sourced]] = defaultdict(list)
    for row in rows:
        for name in {_publication(part) for part in row.source.split(";") if "derived from" not in part}:
            its[name].append(row)
    ordered = sorted(its.items(), key=lambda item: (-len(item[1]), item[0].lower()))
    return [(name, str(len(found)), _newest(found)) for name, found in ordered]


def _publication(source: str) -> str:
    """Without date, version and page: `xpk 2026-06-25` and `xpk 2026-08-01` are one source."""
    name = re.sub(r"^(regions|domains|accelerators): ", "", source.strip())
    if repository := re.match(r"[\w.-]+/(terraform-provider-[\w-]+)", name):  # and not which of its files
        return repository[1]
    if guide := re.match(r"EC2 User Guide|AWS Deep Learning Containers|Compute Engine(?= (alpha |preview )?API)", name):
        return guide[0]  # and not which of its pages or stages
    name = re.sub(r"\s*\(.*|,?\s+v?\d.*", "", name).replace("pulumi_", "pulumi-")
    return re.sub(r"( as captured in moto| revision| of( August)?)$", "", name)


def _span(numbers: Iterable[int]) -> str:
    low, *_, high = sorted([*numbers]) * 2
    return str(low) if low == high else f"{low} to {high}"


def _newest(rows: Iterable[Sourced]) -> str:
    return max((row.as_of.isoformat() for row in rows), default="unknown")
