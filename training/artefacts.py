"""What a run leaves in its folder: every file whole or absent, and last a marker that only one run can create."""

import hashlib
import json
import os
from pathlib import Path

from training.failure import TrainingError

MARKER = "marker.json"


def finished(folder, run_key):
    """Whether this run key has ended well before. Raises when the folder belongs to another."""
    path = Path(folder) / MARKER
    if not path.exists():
        return False
    found = json.loads(path.read_text())["runKey"]
    if found != run_key:
        raise TrainingError(f"{folder} holds the result of run key {found}")
    return True


def write_artefacts(folder, files, marker, present=()):
    """
    Writes `files` (name -> bytes), then the marker with their digests and those of files that are `present`. False:
    another run was first.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        os.replace(_temporary(folder, name, data), folder / name)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    digests |= {name: digest_of(folder / name) for name in present}
    temporary = _temporary(folder, MARKER, json_bytes(marker | {"files": digests}))
    try:
        # A link is created or refused as a whole, also when two runs try at the same moment.
        os.link(temporary, folder / MARKER)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    return True


def digest_of(path):
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise TrainingError(f"{path} cannot be read: {error.strerror}") from error


def json_bytes(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _temporary(folder, name, data):
    path = folder / f".{name}.{os.getpid()}"
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return path
