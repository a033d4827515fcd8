"""Buckets of AWS that workloads need, by the bundle's dated data: which workloads there are, and what to leave open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from vpce_guard.errors import MalformedError
from vpce_guard.model import Json
from vpce_guard.whatif.advice import catalogue
from vpce_guard.whatif.advice.need import OpenBuckets


def read_buckets(data: Json) -> Json:
    """What the data of a bundle tell of buckets of AWS; a bundle made before that has no workloads."""
    found: Json = data.get("buckets") or {"endpoints": {}, "workloads": {}, "sources": {}}
    return found


def find_shown(services: Iterable[str], buckets: Json, *, types: Iterable[str] = ()) -> set[str]:
    """The workloads that endpoints for some services, and resources of some types, show to be there.

    Services are named by the part after the Region, types as CloudFormation has them.
    """
    names = {name.replace("-fips", "") for name in services}
    by_type: Json = buckets.get("resources", {})
    by_endpoints = {workload for service, workload in buckets["endpoints"].items() if service in names}
    return by_endpoints | {by_type[name]["workload"] for name in types if name in by_type}


def find_open_buckets(names: Iterable[str], region: str, buckets: Json) -> tuple[OpenBuckets, ...]:
    """What to leave open for some workloads in a Region, by name; nothing for one whose buckets there are not known.

    Of workloads of which one needs one, the first is meant where none of them is named. Raises MalformedError for a
    workload that is not known.
    """
    workloads: Json = buckets["workloads"]
    wanted = dict.fromkeys(names)
    if unknown := [name for name in wanted if name not in workloads]:
        raise MalformedError(
            f"{', '.join(unknown)}: no such workload.", advice=f"There are {', '.join(sorted(workloads))}."
        )
    for name in tuple(wanted):
        others = workloads[name].get("one_of", ())
        if others and wanted.keys().isdisjoint(others):
            wanted[others[0]] = None
    found = (_open_buckets(name, region, workloads[name], buckets["sources"]) for name in sorted(wanted))
    return tuple(one for one in found if one.resources)


def _open_buckets(name: str, region: str, workload: Json, sources: Json) -> OpenBuckets:
    partition = catalogue.partition_of(region)
    is_documented = partition in workload.get("partitions", ["aws"])
    asked = [bucket for bucket in workload["buckets"] if is_documented]
    named = [(bucket, called) for bucket in asked for called in _names(bucket, region)]
    return OpenBuckets(
        workload=name,
        purpose=workload["purpose"],
        actions=tuple(sorted({bucket.get("action", "s3:GetObject") for bucket, _ in named})),
        resources=tuple(sorted(f"arn:{partition}:s3:::{called}/{bucket.get('keys', '')}*" for bucket, called in named)),
        source=sources[workload["source"]]["url"],
    )


def _names(bucket: Mapping[str, Json], region: str) -> Iterator[str]:
    """What a bucket is called in a Region; nothing where it is not there, or not known."""
    if region in bucket.get("but", ()) or region not in bucket.get("only", (region,)):
        return
    if region in bucket.get("names", ()):
        yield str(bucket["names"][region])
    elif not bucket.get("names_only"):
        yield str(bucket["name"]).replace("{region}", region).replace("{flat}", region.replace("-", ""))
