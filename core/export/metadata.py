"""What an exported file says about itself: source, units, landmarks, models, settings.

All functions return what `json` can write, in a fixed order.
"""

import json
from dataclasses import asdict

from core.animation import Animation
from core.emotion import EMOTIONS
from core.export.exporter import ExportSettings, target_frames
from core.export.text import SHARE_DECIMALS, TIME_DECIMALS
from core.face import EDGES, IBUG68, NAMES
from core.hearing import TITLES

COORDINATES = {"space": "face", "units": "interocular", "x": "right", "y": "down"}


def as_json(value: object) -> str:
    """One line of JSON in the letters of every language.

    Bytes of a file name that are no Unicode become question marks: a file that
    is not valid UTF-8 would be of use to nobody.
    """
    line = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return line.encode("utf-8", "replace").decode("utf-8")


def source(animation: Animation) -> dict[str, object]:
    """The sound file; the duration is the file's own, in seconds."""
    return {
        "file": animation.source.file,
        "sha256": animation.source.sha256,
        "sample_rate": animation.source.sample_rate,
        "duration_s": round(animation.source.duration, TIME_DECIMALS),
    }


def timing(animation: Animation, settings: ExportSettings) -> dict[str, object]:
    """Frame rate, number of frames, and what a frame's time means."""
    return {
        "fps": float(settings.fps),
        "frame_count": len(target_frames(animation, settings)),
        "time_origin": "frame_centre",
    }


def landmarks() -> list[dict[str, object]]:
    """The 36 points and the iBUG points they are."""
    return [
        {"id": index, "name": name, "ibug68": ibug}
        for index, (name, ibug) in enumerate(zip(NAMES, IBUG68, strict=True))
    ]


def edges() -> list[list[int]]:
    """Pairs of the 36 points that are joined."""
    return [list(edge) for edge in EDGES]


def models(animation: Animation) -> dict[str, object]:
    """The files that took part: DERN, or null, and the face models.

    Other recognisers, and what heard valence and arousal, are there only where they took part.
    """
    found: dict[str, object] = {
        "dern": next(iter(_files(animation, "dern")), None),
        "dsrn": [
            {"emotion": model.emotion, "id": model.id, "sha256": model.sha256}
            for model in animation.models
            if model.role == "dsrn"
        ],
    }
    others = [
        {"role": role, **file}
        for role in TITLES
        for file in _files(animation, role)
        if role != "dern"
    ]
    affect = _files(animation, "valence-arousal")
    return {
        **found,
        **({"others": others} if others else {}),
        **({"valence_arousal": affect[0]} if affect else {}),
    }


def _files(animation: Animation, role: str) -> list[dict[str, str]]:
    return [
        {"id": model.id, "sha256": model.sha256} for model in animation.models if model.role == role
    ]


def effective_settings(animation: Animation, settings: ExportSettings) -> dict[str, object]:
    """Everything that shaped the numbers; `override` lists what a person chose by hand.

    Gains, a range and the speaker's profile are there only where they change something.
    """
    gains, span, heard_by = animation.settings.gains, settings.span, animation.heard_by
    profile = {"speaker": heard_by.speaker, "sha256": heard_by.profile}
    return {
        "smoothing": "none" if settings.smoothing is None else float(settings.smoothing),
        "recogniser": heard_by.recogniser,
        **({"profile": profile} if heard_by.profile else {}),
        "emotion": animation.settings.emotion,
        "strength": float(animation.settings.strength),
        "model": animation.settings.model,
        **({} if gains.changes_nothing else {"gains": asdict(gains)}),
        **({} if span is None else {"range": [round(edge, TIME_DECIMALS) for edge in span]}),
        "override": [segment for segment in segments(animation) if segment["source"] == "user"],
        "version": animation.version,
    }


def utterance(animation: Animation) -> dict[str, object]:
    """The emotions of the whole clip, equations (1)-(4) of the paper."""
    mix = animation.utterance
    return {
        "shares": [round(share, SHARE_DECIMALS) for share in mix.shares],
        "top2": [mix.first, mix.second],
        "weights": [round(weight, SHARE_DECIMALS) for weight in mix.weights],
    }


def segments(animation: Animation) -> list[dict[str, object]]:
    """Stretches of the clip, each under the emotion that leads in it."""
    return [
        {
            "start": round(segment.start, TIME_DECIMALS),
            "end": round(segment.end, TIME_DECIMALS),
            "emotion": segment.mix.first,
            "strength": float(segment.strength),
            "source": segment.origin,
        }
        for segment in animation.segments
    ]


def document(schema: str, animation: Animation, settings: ExportSettings) -> dict[str, object]:
    """All of it, under the name of the schema it follows."""
    return {
        "schema": schema,
        "source": source(animation),
        **timing(animation, settings),
        "coordinates": COORDINATES,
        "landmarks": landmarks(),
        "edges": edges(),
        "emotions": list(EMOTIONS),
        "models": models(animation),
        "settings": effective_settings(animation, settings),
        "utterance": utterance(animation),
        "segments": segments(animation),
    }
