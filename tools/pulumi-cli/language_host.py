"""Who runs Python programs for the CLI where Pulumi's own language host is absent? This one, in tests only.

Pulumi's host is part of its installer and not published as a Go module that resolves. This serves the calls that
programs, components and policy packs need: preview, up, refresh, destroy, `options.virtualenv`.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import IO, Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

EXECUTOR = Path(__file__).resolve().parent / "bin" / "pulumi-language-python-exec"
BAIL = 32  # the executor's exit code for "the errors were logged already"


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    def __init__(self, engine: str):
        self.engine = engine

    def Handshake(self, request: Any, context: Any) -> Any:
        self.engine = request.engine_address or self.engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version="0.0.0")

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:
        return language_pb2.GetRequiredPluginsResponse()

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:
        return language_pb2.GetProgramDependenciesResponse()

    def About(self, request: Any, context: Any) -> Any:
        return language_pb2.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    def Run(self, request: Any, context: Any) -> Any:
        command = [interpreter(request.info), "-u", str(EXECUTOR)]
        command += ["--monitor", request.monitor_address, "--engine", self.engine, "--project", request.project]
        command += ["--stack", request.stack, "--pwd", request.pwd, "--parallel", str(request.parallel)]
        command += ["--root_directory", request.info.root_directory] if request.info.root_directory else []
        command += ["--dry_run", "true"] if request.dryRun else []
        command += ["--organization", request.organization] if request.organization else []
        command += [request.info.entry_point or request.program or "."]
        config = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        folder = request.info.program_directory or request.pwd
        ended = subprocess.run(command, cwd=folder, env=os.environ | config, stdin=subprocess.DEVNULL, check=False)
        if ended.returncode in (0, BAIL):
            return language_pb2.RunResponse(bail=ended.returncode == BAIL)
        return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {ended.returncode}")

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:
        folder = request.info.program_directory
        command = [interpreter(request.info), "-u"]
        command += ["-m", "pulumi.policy", *request.args, folder] if request.kind == "analyzer" else [folder]
        command += [] if request.kind == "analyzer" else list(request.args)
        env = os.environ | dict(one.split("=", 1) for one in request.env)
        plugin = subprocess.Popen(command, cwd=request.pwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        context.add_callback(plugin.terminate)
        yield from spoken(plugin)
        yield language_pb2.RunPluginResponse(exitcode=plugin.wait())

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()


def interpreter(info: Any) -> str:
    """The Python that Pulumi.yaml or PulumiPolicy.yaml asks for; without a word there, ours."""
    venv = json_format.MessageToDict(info.options).get("virtualenv")
    return str(Path(info.root_directory, venv, "bin", "python")) if venv else sys.executable


def spoken(plugin: subprocess.Popen[bytes]) -> Iterator[Any]:
    """What the plugin prints, line by line, until both of its streams have ended."""
    lines: queue.Queue[Any] = queue.Queue()

    def pump(stream: IO[bytes], name: str) -> None:
        for line in stream:
            said: dict[str, Any] = {name: line}
            lines.put(language_pb2.RunPluginResponse(**said))
        lines.put(None)

    streams = {"stdout": plugin.stdout, "stderr": plugin.stderr}
    for name, stream in streams.items():
        threading.Thread(target=pump, args=(stream, name), daemon=True).start()
    for _ in streams:
        while (line := lines.get()) is not None:
            yield line


def main() -> None:
    engine = next((one for one in sys.argv[1:] if not one.startswith("-")), "")
    server = grpc.server(futures.ThreadPoolExecutor(32))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageHost(engine), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)  # the first line of every plugin is its port
    server.start()
    with contextlib.suppress(KeyboardInterrupt):  # the engine interrupts its plugins when it is done
        server.wait_for_termination()


if __name__ == "__main__":
    main()
