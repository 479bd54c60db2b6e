"""The records of a release: third-party notices, a CycloneDX bill of materials, RELEASE.json and SHA256SUMS.

Each package with compiled code contains the notices and the bill.
"""

import datetime
import hashlib
import json
import shutil
import tomllib
import uuid
from functools import cache
from pathlib import Path

import record
from workshop import Failed, Unavailable, Workshop

SHIPPED = ("tracehop-core", "tracehop-host", "tracehop-ffi", "tracehop-python", "tracehop-ruby")
NOTICES = "THIRD-PARTY-NOTICES.txt"
Package = dict[str, object]


def build(shop: Workshop) -> None:
    """Builds notices and bill of materials of everything that is linked into a package."""
    text, sbom = (Path(shutil.copy(path, shop.out)) for path in enclosed(shop))
    crates = sum(1 for package in linked(shop)[0] if package["source"])
    shop.made(text, "all packages", [f"a licence text for each of {crates} crates"])
    shop.made(sbom, "all packages", valid(shop, sbom))


@cache
def enclosed(shop: Workshop) -> tuple[Path, Path]:
    """Returns the notices and the bill of materials as files for packages; created once for each release."""
    packages, needs = linked(shop)
    folder = shop.fresh("records")
    text, sbom = folder / NOTICES, folder / f"tracehop-{shop.version}.cdx.json"
    text.write_text(notices([package for package in packages if package["source"]]))
    sbom.write_text(json.dumps(bill(shop, packages, needs), indent=1, sort_keys=True) + "\n")
    return text, sbom


@cache
def linked(shop: Workshop) -> tuple[list[Package], dict[str, list[str]]]:
    """Returns the shipped packages and the dependencies of each, without those of builds and tests."""
    told = json.loads(shop.run("cargo", "metadata", "--format-version", "1", "--locked"))
    by_id = {package["id"]: package for package in told["packages"]}
    nodes = {node["id"]: node for node in told["resolve"]["nodes"]}
    left = [key for key, package in by_id.items() if package["name"] in SHIPPED and not package["source"]]
    needs: dict[str, list[str]] = {}
    while left:
        key = left.pop()
        if key not in needs:
            normal = [dep["pkg"] for dep in nodes[key]["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]
            needs[key] = sorted(normal)
            left += normal
    return sorted((by_id[key] for key in needs), key=lambda package: (package["name"], package["version"])), needs


def notices(packages: list[Package]) -> str:
    """Returns the licence texts of the packages; Failed if one has neither a text nor a licence."""
    parts = ["tracehop contains the following crates, in parts or as a whole.\n"]
    for package in packages:
        folder = Path(package["manifest_path"]).parent
        texts = [path for path in sorted(folder.iterdir()) if path.name.upper().startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"))]
        said = [path.read_text(errors="replace").strip() for path in texts if path.is_file()]
        if not said and not package["license"]:
            raise Failed(f"{package['name']} has neither a licence nor its text")
        head = f"{package['name']} {package['version']}, {package['license']}, {package['repository'] or ''}"
        parts.append("\n\n".join([f"{'=' * 100}\n{head}", *(said or [f"By {', '.join(package['authors'])}; the crate has no text of its licence."])]))
    return "\n".join(parts) + "\n"


def bill(shop: Workshop, packages: list[Package], needs: dict[str, list[str]]) -> dict[str, object]:
    """Returns CycloneDX 1.5. Its date is the commit's, and its serial number is derived from the commit."""
    lock = tomllib.loads((shop.source / "Cargo.lock").read_text())["package"]
    sums = {(entry["name"], entry["version"]): entry.get("checksum") for entry in lock}
    urls = {package["id"]: f"pkg:cargo/{package['name']}@{package['version']}" for package in packages}

    def component(package: Package) -> dict[str, object]:
        made = {"type": "library", "name": package["name"], "version": package["version"], "purl": urls[package["id"]],
                "bom-ref": urls[package["id"]], "licenses": [{"expression": str(package["license"]).replace("/", " OR ")}]}
        checksum = sums.get((package["name"], package["version"]))
        return made | ({"hashes": [{"alg": "SHA-256", "content": checksum}]} if checksum else {})

    date = datetime.datetime.fromtimestamp(shop.epoch, datetime.UTC)
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{record.URL}/{shop.commit}')}",
        "metadata": {
            "timestamp": date.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "library", "name": "tracehop", "version": shop.version, "bom-ref": "tracehop",
                          "licenses": [{"expression": record.RECORD["license"]}],
                          "externalReferences": [{"type": "vcs", "url": record.URL}]},
        },
        "components": [component(package) for package in packages],
        "dependencies": [
            {"ref": "tracehop", "dependsOn": sorted(urls[package["id"]] for package in packages if not package["source"])},
            *({"ref": urls[key], "dependsOn": sorted(urls[other] for other in needed)} for key, needed in sorted(needs.items())),
        ],
    }


def valid(shop: Workshop, path: Path) -> list[str]:
    """Validates the bill with CycloneDX's own schema."""
    script = ("import sys; from cyclonedx.schema import SchemaVersion; from cyclonedx.validation.json import JsonStrictValidator; "
              "sys.exit(str(JsonStrictValidator(SchemaVersion.V1_5).validate_str(open(sys.argv[1]).read()) or '') or 0)")
    if not shop.checks:
        return []
    try:
        python = shop.tools("cyclonedx-python-lib[json-validation]==11.7.0") / "python"
    except Unavailable as reason:
        shop.missing(f"a check of {path.name}", reason)
        return []
    shop.captured(python, "-c", script, path)
    return ["CycloneDX's schema"]


def finish(shop: Workshop, parts: list[str]) -> None:
    """Writes RELEASE.json with the files of all parts, and the checksums of all files. Files of an earlier commit are removed."""
    records = [shop.part_record(part) for part in parts if shop.is_current(part)]
    files = sorted((file for one in records for file in one.get("files", [])), key=lambda file: file["file"])
    missing = [entry for one in records for entry in one.get("missing", [])]
    for file in files:
        file["sha256"] = hashlib.sha256((shop.out / file["file"]).read_bytes()).hexdigest()
    told = {"version": shop.version, "commit": shop.commit, "files": files, "missing": missing}
    (shop.out / "RELEASE.json").write_text(json.dumps(told, indent=1) + "\n")
    names = sorted({file["file"] for file in files} | {"RELEASE.json"})
    for stray in {path.name for path in shop.out.iterdir()} - {*names, "SHA256SUMS"}:
        (shop.out / stray).unlink()
    sums = [f"{hashlib.sha256((shop.out / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (shop.out / "SHA256SUMS").write_text("".join(sums))
    shop.say(f"{len(files)} files in {shop.out}, {len(missing)} could not be had; RELEASE.json says how each was checked")
