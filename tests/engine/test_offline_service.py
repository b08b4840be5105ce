"""The monitor is the same whether the SDK calls it as an object or over gRPC from another process."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent import futures
from dataclasses import replace
from pathlib import Path

import grpc
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

from ultrastack.engine import capture
from ultrastack.engine.assemble import graph_of
from ultrastack.engine.monitor import Monitor
from ultrastack.engine.run import Log
from ultrastack.model.graph import Graph, Message

from .offline_project import FIXTURES, TOKEN, folder

CHILD = """
import asyncio, json, runpy, sys
import pulumi
from pulumi.runtime.settings import Settings, configure
address, config, secrets = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
async def program():
    runpy.run_path("__main__.py", run_name="__main__")
pulumi.runtime.set_all_config(config, secrets)
configure(Settings(project="foreign", stack="dev", organization="organization", dry_run=True, monitor=address,
                   engine=address))
asyncio.new_event_loop().run_until_complete(pulumi.runtime.run_in_stack(program))
"""


def over_grpc(root: Path, config: dict[str, str], secrets: list[str]) -> Graph:
    messages: list[Message] = []
    monitor = Monitor("foreign", "dev", config=config, secret_keys=secrets, fixtures=FIXTURES, root=root)
    monitor.record.messages = messages
    server = grpc.server(futures.ThreadPoolExecutor(8))
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(Log(messages), server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        words = [sys.executable, "-c", CHILD, address, json.dumps(config), json.dumps(secrets)]
        done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
    finally:
        monitor.callbacks.close()
        server.stop(None)
    return graph_of(monitor, {})


def without_references(graph: Graph) -> Graph:
    """Only an engine in the program's own process can tell where a nested input comes from."""
    return replace(graph, resources=tuple(replace(r, references={}) for r in graph.resources))


def test_the_object_and_the_service_hear_the_same_program_alike(tmp_path: Path) -> None:
    root = folder(tmp_path, "offline_kinds.py")
    config, secrets = {"foreign:token": TOKEN}, ["foreign:token"]
    here = capture(root, "dev", config=config, secret_keys=secrets, fixtures=FIXTURES)
    there = over_grpc(root, config, secrets)
    assert len(here.resources) > 25
    assert without_references(here) == there
