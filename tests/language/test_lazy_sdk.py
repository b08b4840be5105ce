"""A service of which only what was asked for is loaded is, to whoever looks at it, the service as the SDK loads it.

What is loaded how is a matter of the whole process, so nearly every test runs its program in one of its own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ultrastack.language.lazy_classes import classes_of
from ultrastack.language.lazy_sdk import SDKS, homes_of

ROOT = Path(__file__).parents[2]
LAZY = "from ultrastack.language import lazy_sdk; lazy_sdk.install()\n"


def told(code: str, given: Any = None, **environment: str) -> Any:
    """What the program prints, as JSON; it gets `given` as JSON on its standard input."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=ROOT,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "ignore", **environment},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def lazy(code: str, given: Any = None, **environment: str) -> Any:
    return told(LAZY + textwrap.dedent(code), given, **environment)


def services(sdk: str) -> list[Path]:
    """The folders of an installed SDK's services."""
    spec = find_spec(sdk)
    assert spec is not None and spec.origin is not None
    return [one.parent for one in sorted(Path(spec.origin).parent.glob("*/__init__.py")) if one.parent.name != "config"]


def used() -> list[str]:
    """The services that our components name."""
    named = re.compile(r"\b(?:aws|gcp)\.([a-z0-9]+)\.[A-Za-z]")
    words = {name for file in ROOT.glob("components/**/*.py") for name in named.findall(file.read_text())}
    return [f"{sdk}.{one.name}" for sdk in SDKS for one in services(sdk) if one.name in words]


@pytest.mark.parametrize("sdk", SDKS)
def test_the_installed_sdk_is_as_its_generator_wrote_it(sdk: str) -> None:
    """Another one works too, but slowly; this is how a new version tells us."""
    files = [file for one in services(sdk) for name in ("_inputs", "outputs") if (file := one / f"{name}.py").exists()]
    odd = [one for one in services(sdk) if homes_of(one / "__init__.py") is None]
    assert len(services(sdk)) > 100
    assert [str(one) for one in [*odd, *(file for file in files if classes_of(file.read_bytes()) is None)]] == []


# Prints everything that can be seen of services' names without calling them; `given` is {service: names or []}.
LOOK = """
import importlib, json, sys, types
import pulumi
from pulumi._types import input_type_types, is_input_type, resource_types

def seen(thing):
    if isinstance(thing, types.ModuleType):
        return thing.__name__
    if not isinstance(thing, type):
        return [type(thing).__name__, getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)]
    hints = {}
    if issubclass(thing, pulumi.CustomResource):
        hints = resource_types(thing)
    elif is_input_type(thing):
        hints = input_type_types(thing)
    above = [f"{one.__module__}.{one.__qualname__}" for one in thing.__mro__]
    hints = [str(one) for one in (hints, getattr(thing, "__annotations__", None))]
    return [thing.__module__, thing.__qualname__, above, sorted(vars(thing)), thing.__doc__, hints]

def look(name, names):
    service = importlib.import_module(name)
    hasattr(service, "__version__")  # until something is asked for, the SDK's own stand-in shows no names at all
    names = names or [one for one in dir(service) if one not in ("typing", "_builtins", "_utilities")]
    found = {one: seen(getattr(service, one)) for one in names if not one.startswith("__") and "." not in one}
    modules = [service, *(getattr(service, file) for file in ("_inputs", "outputs") if file in found)]
    for module in modules[1:]:
        file = module.__name__.rpartition(".")[2]
        inner = [one.partition(".")[2] for one in names if one.startswith(f"{file}.")] or module.__all__
        found |= {f"{file}.{one}": seen(getattr(module, one)) for one in inner}
    kinds = [type(one).__name__ for one in modules]
    return {"names": found, "kinds": kinds, "shown": sorted(set(dir(service)) & set(found))}

print(json.dumps({name: look(name, names) for name, names in json.load(sys.stdin).items()}))
"""


@pytest.fixture(scope="module")
def looks() -> tuple[Any, Any]:
    """What is seen of each service as the SDK loads it, and of the same names asked for one by one."""
    plain = told(LOOK, {name: [] for name in used()})
    return plain, lazy(LOOK, {name: list(look["names"]) for name, look in plain.items()})


@pytest.mark.parametrize("name", used())
def test_each_name_of_a_service_means_the_same(name: str, looks: tuple[Any, Any]) -> None:
    """What is there, its classes, their attributes, and the types that Pulumi reads off them."""
    plain, found = (look[name] for look in looks)
    assert len(plain["names"]) > 1
    assert set(found["kinds"]) <= {"_Service", "Classes"}  # name by name, to the last
    assert found["shown"] == plain["shown"]
    assert [one for one in plain["names"] if found["names"].get(one) != plain["names"][one]] == []


def test_only_what_is_asked_for_is_loaded() -> None:
    loaded = lazy("""
        import json, sys
        import pulumi_gcp as gcp
        gcp.compute.InstanceTemplate
        made = [one for one in vars(gcp.compute._inputs) if one.endswith("Args")]
        print(json.dumps([sorted(one for one in sys.modules if one.startswith("pulumi_gcp.compute")), made]))
    """)
    assert loaded[0] == [f"pulumi_gcp.compute{one}" for one in ("", "._inputs", ".instance_template", ".outputs")]
    assert len(loaded[1]) > 10
    assert {one for one in loaded[1] if not one.startswith("InstanceTemplate")} == set()


# What a program may do with a service, each with what must be true after it.
PROGRAMS = {
    "a class is one object however it is reached": """
        import pulumi_aws as aws
        from pulumi_aws.ec2 import Instance
        from pulumi_aws.ec2.instance import Instance as again
        from pulumi_aws.ec2._inputs import InstanceRootBlockDeviceArgs
        volume = aws.ec2.InstanceRootBlockDeviceArgs(volume_size=8)
        dir(aws.ec2)
        from pulumi_aws.ec2 import *
        true = Instance is again is aws.ec2.Instance and isinstance(volume, InstanceRootBlockDeviceArgs)
        true = true and aws.ec2.InstanceRootBlockDeviceArgs is aws.ec2._inputs.InstanceRootBlockDeviceArgs
        true = true and type(volume) is aws.ec2.InstanceRootBlockDeviceArgs is InstanceRootBlockDeviceArgs
    """,
    "a function stays a function after its file was imported by name": """
        import pulumi_aws as aws
        aws.ec2.Vpc
        import pulumi_aws.ec2.get_ami
        from pulumi_aws.ec2.get_ami import get_ami
        true = aws.ec2.get_ami is get_ami and callable(get_ami)
    """,
    "a file is still there by its name": """
        import pulumi_gcp as gcp
        true = gcp.compute.instance_template.InstanceTemplate is gcp.compute.InstanceTemplate
    """,
    "a star brings every name": """
        from pulumi_gcp.storage import *
        from pulumi_gcp.storage._inputs import *
        import pulumi_gcp.storage as storage
        names = [one for one in dir(storage) if not one.startswith("_")]
        true = len(names) > 100 and all(globals()[one] is getattr(storage, one) for one in names)
    """,
    "a name that is not there is refused as Python does it": """
        import pulumi_gcp as gcp
        gcp.tpu.V2Vm
        try:
            gcp.tpu.Slice
        except AttributeError as e:
            said = str(e)
        try:
            gcp.tpu._inputs.Nothing
        except AttributeError as e:
            said += "; " + str(e)
        why = "module 'pulumi_gcp.tpu{}' has no attribute '{}'"
        why = why.format("", "Slice") + "; " + why.format("._inputs", "Nothing")
        true = said == why and type(gcp.tpu).__name__ == "module" and not hasattr(gcp.storage, "Slice")
    """,
    "classes are pickled and copied": """
        import copy, pickle
        import pulumi_aws as aws
        volume = aws.ec2.InstanceRootBlockDeviceArgs(volume_size=8)
        again = pickle.loads(pickle.dumps(volume))
        true = type(again) is type(copy.deepcopy(volume)) is type(volume) and again.volume_size == 8
        true = true and pickle.loads(pickle.dumps(aws.ec2.Vpc)) is aws.ec2.Vpc
    """,
    "a service may be loaded again": """
        import importlib
        import pulumi_gcp as gcp
        before = gcp.tpu.V2Vm
        importlib.reload(gcp.tpu)
        importlib.reload(gcp.tpu._inputs)
        true = gcp.tpu.V2Vm is before and gcp.tpu.V2VmDataDiskArgs is gcp.tpu._inputs.V2VmDataDiskArgs
    """,
    "threads that ask at once get one class": """
        from concurrent.futures import ThreadPoolExecutor
        from threading import Barrier
        from pulumi._types import input_type_types
        import pulumi_aws as aws
        aws.s3.outputs
        names = [one for one in aws.s3._inputs.__spec__.loader.exported if one.endswith("Args")][:60]
        start = Barrier(8)
        def ask(turn):
            start.wait()
            found = [getattr(aws.s3, one) for one in (names if turn % 2 else names[::-1])]
            hints = [input_type_types(one) for one in found]
            return {one.__name__: one for one in found}, aws.s3.Bucket
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(ask, range(8)))
        true = all(one == answers[0] for one in answers) and len(names) == 60
    """,
    "a user's own class of a resource reads its types": """
        from pulumi._types import resource_types
        import pulumi_aws as aws
        class Node(aws.ec2.Instance):
            pass
        true = resource_types(Node).keys() == resource_types(aws.ec2.Instance).keys() != set()
    """,
    "what is looked at from outside loads nothing": """
        import inspect, sys
        import pulumi_aws as aws
        aws.ec2.Vpc
        for name, module in list(sys.modules.items()):
            if name.startswith("pulumi_aws"):
                hasattr(module, "__file__"), hasattr(module, "__wrapped__"), inspect.ismodule(module)
        true = "pulumi_aws.ec2.instance" not in sys.modules and type(aws.ec2).__name__ == "_Service"
    """,
    "source is found": """
        import inspect
        import pulumi_aws as aws
        volume, instance = map(inspect.getsource, (aws.ec2.InstanceRootBlockDeviceArgs, aws.ec2.Instance))
        true = "class InstanceRootBlockDeviceArgs:" in volume and "class Instance(" in instance
    """,
}


@pytest.mark.parametrize("what", PROGRAMS)
def test_a_program_sees_no_difference(what: str) -> None:
    assert lazy(textwrap.dedent(PROGRAMS[what]) + "\nimport json; print(json.dumps(true))") is True


KIND = "import json, pulumi_aws as aws; aws.ec2.Vpc; print(json.dumps(type(aws.ec2).__name__))"


def test_it_can_be_switched_off() -> None:
    assert lazy(KIND) == "_Service"
    assert lazy(KIND, ULTRASTACK_LAZY_SDK="0") == "module"


def test_nobody_gets_it_unasked() -> None:
    """Who writes a plain Pulumi program of our components, or imports the SDK first, has the SDK as it comes."""
    assert told("import ultrastack.components.aws.network\n" + KIND) == "module"
    assert told("import pulumi_aws\n" + LAZY + KIND) == "module"
    assert told("import sys, ultrastack.cli, ultrastack.planner.plan, ultrastack.engine\n" + KIND) == "module"


def test_a_plan_loads_no_service_whole() -> None:
    found = told("""
        import contextlib, io, json, sys
        from ultrastack.cli import main
        sys.argv = ["ultrastack", "plan", "prod"]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
            main()
        sdks = ("pulumi_aws.", "pulumi_gcp.")
        services = [one for one in sys.modules if one.startswith(sdks) and one.count(".") == 1]
        kinds = {one: type(sys.modules[one]).__name__ for one in services if hasattr(sys.modules[one], "__path__")}
        print(json.dumps({kind: [one for one in kinds if kinds[one] == kind] for kind in kinds.values()}))
    """)
    assert "pulumi_aws.ec2" in found.pop("_Service")
    assert found.keys() == {"_LazyModule"}  # those of which nothing was asked


# An SDK that is not as we know it: what is different, and the files that say so.
INIT = "from .. import _utilities\nfrom .one import *\nfrom ._inputs import *\nfrom . import outputs\n"
ONE = "from . import outputs\nfrom ._inputs import *\n__all__ = ['One']\nclass One:\n    inner: 'InArgs'\n"
INPUTS = "import typing\n\n__all__ = [\n    'InArgs',\n]\n\nclass InArgs:\n    pass\n"
OUTPUTS = "__all__ = [\n    'Out',\n]\n\nclass Out:\n    pass\n"
KNOWN = {"__init__": INIT, "one": ONE, "_inputs": INPUTS, "outputs": OUTPUTS}
ODD = {
    "nothing": ({}, ["_Service", "Classes", "Classes"]),
    "the service does something of its own": ({"__init__": INIT + "EXTRA = 1\n"}, ["module", "module", "module"]),
    "a file without __all__": ({"one": ONE.replace("__all__ = ['One']\n", "")}, ["module", "module", "module"]),
    "a file is missing": ({"__init__": INIT.replace("one", "one_more")}, None),
    "a class of another name": ({"_inputs": INPUTS + "\nclass Hidden: pass\n"}, ["_Service", "Classes", "module"]),
    "an alias among the classes": ({"_inputs": INPUTS + "\nAlias = InArgs\n"}, ["_Service", "Classes", "module"]),
    "a decorator that we do not know": (
        {"outputs": OUTPUTS.replace("class", "@staticmethod\nclass")},
        ["_Service", "module", "Classes"],
    ),
    "classes under a condition": (
        {"_inputs": INPUTS.replace("class InArgs:\n    pass", "if True:\n    class InArgs:\n        pass")},
        ["_Service", "Classes", "module"],
    ),
    "a class that is there twice": (
        {"_inputs": INPUTS + "\nclass InArgs:\n    last = 1\n"},
        ["_Service", "Classes", "module"],
    ),
    "no classes": ({"_inputs": "InArgs = 1\n__all__ = [\n    'InArgs',\n]\n"}, ["_Service", "Classes", "module"]),
}


@pytest.mark.parametrize("what", ODD)
def test_an_unknown_sdk_is_loaded_as_it_comes(what: str, tmp_path: Path) -> None:
    different, kinds = ODD[what]
    service = tmp_path / "pulumi_odd" / "things"
    service.mkdir(parents=True)
    (service.parent / "__init__.py").write_text("")
    (service.parent / "_utilities.py").write_text("")
    for name, text in {**KNOWN, **different}.items():
        (service / f"{name}.py").write_text(text)
    program = f"""
        import json, sys
        sys.path.insert(0, {str(tmp_path)!r})
        lazy_sdk.SDKS = ("pulumi_odd",)
        try:
            import pulumi_odd.things as things
            found = [type(one).__name__ for one in (things, things.outputs, things._inputs)]
            things.One, things.InArgs, things.outputs.Out
        except ImportError as e:
            found = None
        print(json.dumps(found))
    """
    assert lazy(program) == kinds
