"""How long `inventory sync` takes over many accounts: python benchmarks/inventory_sync.py [ACCOUNTS] [CONCURRENCY].

A service that stands in for AWS (moto, on 127.0.0.1) answers; it takes most of the time. In each account are a VPC and
two endpoints in each of four Regions. Fails where a thing is missing, or a run after a kill reads more than lacks.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import boto3
from processes import process

from vpce_guard.inventory.kinds import KINDS

REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "ap-southeast-2")
UNKNOWN = "ResourceConfigurations,SecurityGroupVpcAssociations"  # to moto
READ = len(KINDS) - len(UNKNOWN.split(","))


def main(accounts: int, concurrency: int) -> None:
    """Fill the accounts, sync them, and once more with a kill in the middle."""
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1"]
    with process(command, "-p", "/moto-api/") as port, tempfile.TemporaryDirectory() as folder:
        os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{port}"
        os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
        ids = [f"{100_000_000_000 + number}" for number in range(accounts)]
        for account in ids:
            fill(account)
        measure(ids, concurrency, Path(folder))


def fill(account: str) -> None:
    """A VPC with two endpoints in each Region of an account."""
    asked = {"RoleArn": f"arn:aws:iam::{account}:role/reader", "RoleSessionName": "fill"}
    given = boto3.client("sts", region_name=REGIONS[0]).assume_role(**asked)["Credentials"]
    session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    for region in REGIONS:
        ec2 = session.client("ec2", region_name=region)
        vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
        for service, kind in (("sqs", "Interface"), ("s3", "Gateway")):
            name = f"com.amazonaws.{region}.{service}"
            ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=name, VpcEndpointType=kind)


def measure(ids: list[str], concurrency: int, folder: Path) -> None:
    """Sync all, and once more in a database of its own with a kill after two seconds."""
    places = len(ids) * len(REGIONS)
    command = [sys.executable, "-m", "vpce_guard", "inventory", "sync", "--accounts", ",".join(ids), "--role", "reader"]
    command += ["--regions", ",".join(REGIONS), "--without", UNKNOWN, "--concurrency", str(concurrency)]
    began = time.perf_counter()
    done = subprocess.run([*command, "--database-url", f"sqlite:///{folder}/a.db"], capture_output=True, text=True)
    seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(done.stdout + done.stderr, end="")
    assert done.returncode == 0
    assert f": {2 * places} endpoints among" in done.stdout
    assert f"{READ * places} lists read" in done.stdout
    print(f"{seconds:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of processor time, {used.ru_maxrss >> 10} MB")
    again = [*command, "--database-url", f"sqlite:///{folder}/b.db"]
    with subprocess.Popen(again, stdout=subprocess.DEVNULL) as begun:
        time.sleep(seconds / 3)
        begun.kill()
    done = subprocess.run(again, capture_output=True, text=True)
    print(done.stdout + done.stderr, end="")
    read, there = re.findall(r"(\d+) lists read, (\d+) there already", done.stdout)[0]
    assert int(read) + int(there) == READ * places


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50, int(sys.argv[2]) if len(sys.argv) > 2 else 8)
