"""The wheel: its tags, size, metadata and import time."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import tracehop


@pytest.fixture(scope="module")
def wheel() -> Path:
    """The wheel that tools/test.sh has installed."""
    if "TRACEHOP_WHEEL" not in os.environ:
        pytest.skip("run by tools/test.sh, which says where the wheel is")
    return Path(os.environ["TRACEHOP_WHEEL"])


@pytest.fixture(scope="module")
def sdist(wheel: Path) -> Path:
    """The source distribution that tools/build.sh built next to the wheel."""
    (found,) = (wheel.parent / "sdist").iterdir()
    return found


def tool(module: str, *arguments: str, environ: dict[str, str] | None = None) -> str:
    done = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, env=environ)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_wheel_supports_every_python_from_3_10_on(wheel: Path) -> None:
    assert re.fullmatch(rf"tracehop-{tracehop.__version__}-cp310-abi3-\w+\.whl", wheel.name)
    assert wheel.stat().st_size < 1_250_000


def test_a_manylinux_tag_is_kept(wheel: Path) -> None:
    tag = re.search(r"manylinux_2_(\d+)", wheel.name)
    if tag is None:
        pytest.skip("linked as this machine does, not for every system: ZIG=0")
    assert int(tag[1]) <= 28
    assert f'"manylinux_2_{tag[1]}_' in " ".join(tool("auditwheel", "show", str(wheel)).split())


def test_twine_finds_the_metadata_complete(wheel: Path, sdist: Path) -> None:
    assert tool("twine", "check", "--strict", str(wheel), str(sdist)).count("PASSED") == 2


def test_wheel_contents(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {"tracehop/py.typed", "tracehop/_tracehop.pyi", "tracehop/_tracehop.abi3.so"} <= set(names)
    assert {name.rpartition("/")[2] for name in names if "/licenses/" in name} == {"LICENSE-MIT", "LICENSE-APACHE"}
    assert len([name for name in names if name.startswith(f"tracehop-{tracehop.__version__}.data/data/share/man/man1/")]) == 3
    assert not [name for name in names if "/test_" in name or "/tests/" in name or name.endswith((".rs", ".pyc"))]


def test_sdist_contains_the_core_and_every_crate(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        lock = archive.extractfile(f"tracehop-{tracehop.__version__}/Cargo.lock")
        assert lock
        crates = set(re.findall(r'name = "(.+)"\nversion = .+\nsource = ', lock.read().decode()))
    assert {"PKG-INFO", "LICENSE-MIT", "LICENSE-APACHE", "core/src/lib.rs", "bindings-python/src/lib.rs", ".cargo/config.toml"} <= names
    assert {f"vendor/{crate}/Cargo.toml" for crate in crates} <= names and "pyo3" in crates


def test_sdist_builds_offline_from_an_empty_cache(sdist: Path, tmp_path: Path) -> None:
    """Cargo has no crates of an earlier build and no network; built without optimisation to save time."""
    environ = os.environ | {
        "CARGO_HOME": str(tmp_path / "cargo"),
        "CARGO_NET_OFFLINE": "true",
        "CARGO_PROFILE_DEV_DEBUG": "0",
        "MATURIN_PEP517_ARGS": "--profile dev",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    environ.pop("CARGO_TARGET_DIR", None)
    offline = ("--no-index", "--no-build-isolation", "--no-deps", "--no-cache-dir")
    tool("pip", "install", "--quiet", *offline, "--target", str(tmp_path / "site"), str(sdist), environ=environ)
    program = "import tracehop; print(tracehop.__file__, tracehop.Propagator().start_trace().trace_id)"
    told = subprocess.check_output([sys.executable, "-c", program], text=True, cwd=tmp_path / "site")
    file, trace_id = told.split()
    assert Path(file).is_relative_to(tmp_path) and len(trace_id) == 32


def test_the_module_declares_that_it_needs_no_gil() -> None:
    """An interpreter with a GIL does not report it; one without would enable the GIL and warn."""
    assert "#[pyo3::pymodule(gil_used = false)]" in (Path(__file__).parents[1] / "src" / "lib.rs").read_text()


def test_metadata() -> None:
    metadata = importlib.metadata.metadata("tracehop")
    assert metadata["License-Expression"] == "MIT OR Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata["Version"] == tracehop.__version__
    hard = [need for need in importlib.metadata.requires("tracehop") or [] if "extra ==" not in need]
    assert hard == [], "every dependency is an extra"


def test_import_loads_no_module_that_is_slow_to_load() -> None:
    slow = {"asyncio", "dataclasses", "email", "http", "inspect", "json", "logging", "re", "ssl", "typing", "urllib.parse"}
    program = "import sys; before = set(sys.modules); import tracehop; print(*(set(sys.modules) - before))"
    loaded = set(subprocess.check_output([sys.executable, "-c", program], text=True).split())
    assert "tracehop._tracehop" in loaded and not loaded & slow
