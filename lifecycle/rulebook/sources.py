"""The files of a rulebook as they were read: its digest, and the same files again elsewhere."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["Layer", "digest_of", "read_layer", "write_layers"]

Layer = Mapping[str, str]
"""The text of each file of one folder, by its place there."""


def read_layer(folder: Path) -> Layer:
    """Return every YAML file of a rules folder but the examples, which decide nothing."""
    names = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*.yaml")}
    return {
        name: names[name].read_bytes().decode(errors="replace")
        for name in sorted(names)
        if not name.startswith("examples/")
    }


def digest_of(layers: Sequence[Layer]) -> str:
    """Return the SHA-256 of all files with their names, layer by layer."""
    digest = hashlib.sha256()
    for layer in layers:
        for name in sorted(layer):
            digest.update(f"{name}\0{layer[name]}\0".encode())
        digest.update(b"\1")
    return digest.hexdigest()


def write_layers(layers: Sequence[Layer], folder: Path) -> list[Path]:
    """Write each layer into a folder of its own under `folder`; return these folders."""
    folders = [folder / str(number) for number in range(len(layers))]
    for place, layer in zip(folders, layers, strict=True):
        for name, text in layer.items():
            file = place / name
            if not file.resolve().is_relative_to(place.resolve()):
                raise ValueError(f"{name} leads out of the folder of rules")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
    return folders
