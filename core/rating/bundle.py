"""Studies and sessions travel as one file each: `.visemo-study` and `.visemo-votes`.

A study's bundle holds its manifest and every file that the manifest names; a bundle
of votes is a copy of the store, made while sessions may be running. What comes in is
taken whole or refused whole; see `merging` for votes.
"""

import secrets
import shutil
import tempfile
from pathlib import Path

from core.errors import RatingError
from core.rating import study_file
from core.rating.archive import names_in, unpack_archive, write_archive
from core.rating.schema import VOTES
from core.rating.store import VoteStore
from core.rating.study import Study

STUDY_SUFFIX, VOTES_SUFFIX = ".visemo-study", ".visemo-votes"
STUDY_SCHEMA, VOTES_SCHEMA = "visemo-study-bundle/1", "visemo-votes-bundle/1"


def export_study(folder: Path, target: Path) -> None:
    """Pack a study; its votes stay where they are.

    Raises RatingError, and leaves no file, where a stimulus is gone or has changed.
    """
    study = study_file.read_study(folder)
    files: dict[str, tuple[Path, str | None]] = {
        study_file.NAME: (study_file.safe_file(folder, study_file.NAME), None)
    }
    for name, sha256 in _hashes(study).items():
        files[name] = (study_file.safe_file(folder, name), sha256)
    write_archive(target, STUDY_SCHEMA, study.id, files)


def import_study(bundle: Path, folder: Path) -> Study:
    """Unpack a study into `folder`, which is made, or is there and empty.

    Raises RatingError, and leaves nothing, for a bundle that is not whole.
    """
    folder = Path(folder).absolute()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RatingError(f"'{folder}' is not empty; choose a new folder.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        unpacked = folder.parent / f".{secrets.token_hex(8)}.tmp"
        unpacked.mkdir()
    except OSError as problem:
        raise RatingError(f"'{folder}' cannot be made: {problem.strerror}.") from problem
    try:
        manifest = unpack_archive(bundle, STUDY_SCHEMA, unpacked)
        if study_file.NAME not in names_in(manifest):
            raise RatingError(f"'{bundle.name}' holds no study: '{study_file.NAME}' is missing.")
        study = study_file.read_study(unpacked)
        if study.id != manifest.study_id:
            raise RatingError(f"'{bundle.name}' holds another study than its manifest says.")
        _check_stimuli(study, {n: f.sha256 for n, f in manifest.files.items()}, bundle.name)
        if folder.exists():
            folder.rmdir()
        unpacked.rename(folder)
    except OSError as problem:
        raise RatingError(f"'{folder}' cannot be made: {problem.strerror}.") from problem
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    return study


def export_votes(store: VoteStore, study: Study, target: Path) -> None:
    """Pack a copy of all sessions, also of those that are running."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / VOTES
        store.copy_to(copy)
        write_archive(target, VOTES_SCHEMA, study.id, {VOTES: (copy, None)})


def unpack_votes(bundle: Path, study: Study, folder: Path) -> Path:
    """The copy of a store in a bundle, in an empty `folder`, not looked into yet.

    Raises RatingError where it is a bundle of another study.
    """
    manifest = unpack_archive(bundle, VOTES_SCHEMA, folder)
    if manifest.study_id != study.id:
        raise RatingError(
            f"'{bundle.name}' holds votes of another study ({manifest.study_id[:40]!a}), not "
            f"of '{study.title}' ({study.id})."
        )
    if set(names_in(manifest)) != {VOTES}:
        odd = sorted({VOTES} ^ set(names_in(manifest)))
        raise RatingError(f"'{bundle.name}' must hold '{VOTES}' and nothing else, not '{odd[0]}'.")
    return folder / VOTES


def _hashes(study: Study) -> dict[str, str]:
    """SHA-256 of every file that a study names."""
    sounds = {stimulus.sound: stimulus.sound_sha256 for stimulus in study.stimuli}
    tracks = {stimulus.track: stimulus.track_sha256 for stimulus in study.stimuli}
    return sounds | tracks


def _check_stimuli(study: Study, found: dict[str, str], name: str) -> None:
    wanted = _hashes(study)
    for file in sorted(found.keys() - wanted.keys() - {study_file.NAME}):
        raise RatingError(f"'{name}' holds '{file}', which the study does not name.")
    for file, sha256 in sorted(wanted.items()):
        if file not in found:
            raise RatingError(f"'{name}' lacks '{file}', which the study shows.")
        if found[file] != sha256:
            raise RatingError(f"'{name}' is refused: '{file}' has changed since it was frozen.")
