"""What the motion model learns from: the filmed speaker, and many who were only heard.

The filmed speaker's clips are used as they are, and turned into other voices by
WORLD, which leaves every moment where it was. Synthetic voices in many languages
and the actors of the emotional corpora, whose sentences are known, get the motion
that `MouthOfSounds` learned from the filmed speaker, at the times at which they
say each sound.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.audio_file import read_clip
from core.clip import SAMPLE_RATE
from core.corpora.grid import GridClip, sentence
from core.corpora.utterance import Utterance
from core.head_pose import frontal_reference
from core.mfsc import mfsc, mfsc_timeline
from core.monitor import SILENT, Monitor
from core.shape_model import Array, ShapeModel
from core.timeline import Timeline
from core.tracks.lower_face import lower_faces
from core.tracks.resampling import resampled
from core.voice_activity import frame_energy, voiced_frames
from models.training.alignment import SoundModel, align, cepstra, fit_sounds, states_from_sounds
from models.training.heard_clip import HeardClip
from models.training.mouth_of_sounds import MouthOfSounds
from models.training.phones import SILENCE, Sound, articulation_track
from models.training.synthesis import Disguise, Samples, Speech, Voice, disguiser, espeak, flite

GRID_LANGUAGE = "gmw/en-GB-x-rp"
ALIGNMENT_ROUNDS = 5
ENGLISH = (GRID_LANGUAGE, "gmw/en", "gmw/en-US", "gmw/en-GB-scotland")
FILMED_SHARE = 0.4  # of what synthesisers say


@dataclass(frozen=True, slots=True)
class MotionClip(HeardClip):
    """Heard and shown: shape parameters (T, 18), and where a face was seen (T,), if not always.

    The group is "filmed", "disguised", "espeak", "flite", or the corpus of an actor.
    """

    targets: NDArray[np.float32]
    seen: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording's features for learning (T, 40), speech mask (T,), and cepstra (T, 26)."""

    samples: int
    values: NDArray[np.float32]
    voiced: NDArray[np.bool_]
    cepstra: Array

    @property
    def timeline(self) -> Timeline:
        """Of the frames."""
        return mfsc_timeline(self.samples)


def hear(samples: Samples) -> Heard:
    """Features of one recording."""
    features = mfsc(samples)
    voiced = voiced_frames(frame_energy(features.values))
    return Heard(len(samples), features.values, voiced, cepstra(features.values, voiced))


# --- the filmed speaker ---------------------------------------------------------------------


def filmed_shapes(clips: list[GridClip]) -> tuple[Array, Array]:
    """One person's clips -> head-free lower faces (clips, frames, 36, 2), and the face (68, 3)."""
    faces = np.concatenate([clip.landmarks[clip.detected] for clip in clips])
    reference = frontal_reference(faces)
    shapes = [lower_faces(clip.landmarks, clip.detected, reference) for clip in clips]
    return np.stack(shapes), reference


def at_hundred_hertz(
    parameters: NDArray[np.float32], fps: float, timeline: Timeline
) -> NDArray[np.float32]:
    """Cubic interpolation of a video's parameters (frames, 18), held at the ends."""
    video = Timeline(fps, len(parameters), 0.5 / fps).times()
    return resampled(parameters, video, timeline).astype(np.float32)


def spoken_sentence(name: str) -> str:
    """The sentence of a GRID clip, spelled so that a synthesiser says the letter A as a letter."""
    return sentence(name).replace(" a ", " eigh ")


# --- sounds and their times -----------------------------------------------------------------


def symbols_of(text: str, language: str) -> list[str]:
    """The sounds of a sentence; between them, silences that may be left out."""
    symbols = [SILENCE]
    for sound in espeak(text, Voice(language)).sounds:
        if not (sound.symbol == SILENCE and symbols[-1] == SILENCE):
            symbols.append(sound.symbol)
    return symbols if symbols[-1] == SILENCE else [*symbols, SILENCE]


def sounds_of_synthesiser(texts: dict[str, list[str]], seed: int) -> SoundModel:
    """The common model of sounds, from synthetic voices, whose sounds have known times."""
    choice = np.random.default_rng(seed)
    features, states = [], []
    for language, sentences in texts.items():
        for variant in ("", "+f2", "+m3"):
            for text in sentences:
                rate, pitch = int(choice.integers(120, 200)), int(choice.integers(30, 70))
                speech = espeak(text, Voice(language + variant, rate, pitch))
                heard = hear(speech.samples)
                features.append(heard.cepstra)
                states.append(states_from_sounds(speech.sounds, heard.timeline.times()))
    return fit_sounds(features, states)


def aligned_sounds(
    heard: list[Heard], symbols: list[list[str]], prior: SoundModel
) -> list[list[Sound]]:
    """The sounds of all recordings of one voice, which the model of sounds adapts to."""
    model = prior
    result: list[list[Sound]] = []
    for _ in range(ALIGNMENT_ROUNDS):
        found = [
            align(one.cepstra, chain, model, one.samples)
            for one, chain in zip(heard, symbols, strict=True)
        ]
        model = fit_sounds([h.cepstra for h in heard], [f.states for f in found], prior)
        result = [one.sounds for one in found]
    return result


# --- many voices ----------------------------------------------------------------------------


def word_salad(sentences: list[str], choice: np.random.Generator) -> str:
    """A sentence of a language's words in a new order, so that every sound meets every other."""
    words = [word.strip(".,!?;:¿¡") for text in sentences for word in text.split()]
    words = [word for word in words if word]
    if len(words) <= len(sentences):  # no spaces between words: the sentences themselves
        return sentences[choice.integers(len(sentences))]
    count = int(choice.integers(5, 10))
    picked = [words[i] for i in choice.integers(len(words), size=count)]
    if choice.random() < 0.5:
        picked.insert(count // 2, ",")
    return " ".join(picked) + "."


def labelled(
    heard: Heard, sounds: list[Sound], teacher: MouthOfSounds, group: str, voice: str, part: str
) -> MotionClip:
    """A recording whose sounds are known, with the teacher's motion."""
    articulation = articulation_track(sounds, heard.timeline.times())
    return MotionClip(group, voice, part, heard.values, heard.voiced, teacher.label(articulation))


def synthetic_clips(
    texts: dict[str, list[str]],
    filmed_sentences: list[str],
    variants: Iterable[tuple[str, str]],
    per_voice: int,
    teacher: MouthOfSounds,
    seed: int,
    monitor: Monitor = SILENT,
) -> list[MotionClip]:
    """espeak-ng: the filmed sentences in English voices, and word salads in every language.

    `variants` are (variant, partition).
    """
    choice = np.random.default_rng(seed)
    languages = list(texts)
    weights = np.sqrt([len(texts[language]) for language in languages])
    clips = []
    listed = list(variants)
    for index, (variant, part) in enumerate(listed):
        monitor.step("speaking as espeak-ng", index, len(listed))
        for _ in range(per_voice):
            if choice.random() < FILMED_SHARE:
                language = ENGLISH[choice.integers(len(ENGLISH))]
                text = filmed_sentences[choice.integers(len(filmed_sentences))]
            else:
                language = languages[choice.choice(len(languages), p=weights / weights.sum())]
                text = word_salad(texts[language], choice)
            voice = Voice(
                language + variant,
                words_per_minute=int(choice.integers(110, 210)),
                pitch=int(choice.integers(25, 80)),
                pitch_range=int(choice.integers(20, 80)),
            )
            speech = _with_silence(espeak(text, voice), choice)
            heard = hear(speech.samples)
            clips.append(labelled(heard, speech.sounds, teacher, "espeak", variant, part))
    return clips


def _with_silence(speech: Speech, choice: np.random.Generator) -> Speech:
    """The same with up to a second of near silence before and after it, as recordings have."""
    before, after = (int(n) for n in choice.integers(0, SAMPLE_RATE, size=2))
    level = 10 ** choice.uniform(-4.5, -3)
    noise = (level * choice.standard_normal(before + len(speech.samples) + after)).astype(
        np.float32
    )
    noise[before : before + len(speech.samples)] += speech.samples
    shift = before / SAMPLE_RATE
    sounds = [replace(s, start=s.start + shift, end=s.end + shift) for s in speech.sounds]
    return Speech(noise, sounds)


def flite_clips(
    texts: list[str],
    filmed_sentences: list[str],
    voices: Iterable[tuple[str, str]],
    per_voice: int,
    prior: SoundModel,
    teacher: MouthOfSounds,
    seed: int,
    monitor: Monitor = SILENT,
) -> list[MotionClip]:
    """flite: the filmed sentences and English word salads, aligned; `voices` (name, partition)."""
    choice = np.random.default_rng(seed)
    clips = []
    listed = list(voices)
    for index, (name, part) in enumerate(listed):
        monitor.step("speaking as flite", index, len(listed))
        said = [
            filmed_sentences[choice.integers(len(filmed_sentences))]
            if choice.random() < FILMED_SHARE
            else word_salad(texts, choice)
            for _ in range(per_voice)
        ]
        rates = choice.integers(120, 190, size=per_voice)
        spoken = [flite(t, Voice(name, int(r))) for t, r in zip(said, rates, strict=True)]
        heard = [hear(_with_silence(Speech(samples, []), choice).samples) for samples in spoken]
        sounds = aligned_sounds(heard, [symbols_of(t, "gmw/en-US") for t in said], prior)
        clips += [
            labelled(h, s, teacher, "flite", name, part) for h, s in zip(heard, sounds, strict=True)
        ]
    return clips


def acted_clips(
    utterances: list[Utterance],
    partition_of: Callable[[str], str],
    prior: SoundModel,
    teacher: MouthOfSounds,
    monitor: Monitor = SILENT,
) -> list[MotionClip]:
    """The actors of emotional corpora, each aligned to what they say."""
    speakers = sorted({utterance.speaker for utterance in utterances})
    chains = {key: symbols_of(*key) for key in {(u.text, u.language) for u in utterances}}
    clips = []
    for index, speaker in enumerate(speakers):
        monitor.step("aligning actors", index, len(speakers))
        own = [utterance for utterance in utterances if utterance.speaker == speaker]
        heard = [hear(read_clip(utterance.audio).samples[:]) for utterance in own]
        sounds = aligned_sounds(heard, [chains[(u.text, u.language)] for u in own], prior)
        part = partition_of(speaker)
        clips += [
            labelled(h, s, teacher, u.corpus, speaker, part)
            for h, s, u in zip(heard, sounds, own, strict=True)
        ]
    return clips


def random_disguise(choice: np.random.Generator) -> Disguise:
    """A voice somewhere between a large man's and a child's, from a man's of middle pitch."""
    tract = float(choice.uniform(0.88, 1.3))
    pitch = float(np.exp(choice.normal(np.log(tract) * 2.5, 0.3)))
    breath = float(choice.choice([0.0, choice.uniform(0, 1)], p=[0.7, 0.3]))
    return Disguise(float(np.clip(pitch, 0.6, 3.0)), float(choice.uniform(0.5, 2.0)), tract, breath)


def disguised_clips(
    recordings: list[tuple[Path, MotionClip]], copies: int, seed: int, monitor: Monitor = SILENT
) -> list[MotionClip]:
    """The filmed speaker's clips in other voices, with his motion."""
    choice = np.random.default_rng(seed)
    clips: list[MotionClip] = []
    for index, (path, clip) in enumerate(recordings if copies else []):
        monitor.step("disguising the filmed speaker", index, len(recordings))
        speak = disguiser(np.asarray(read_clip(path).samples[:]))
        for _ in range(copies):
            heard = hear(speak(random_disguise(choice)))
            clips.append(replace(clip, group="disguised", values=heard.values, voiced=heard.voiced))
    return clips


def shape_model_of(shapes: Array, reference: Array) -> ShapeModel:
    """PCA over every frame of (clips, frames, 36, 2)."""
    return ShapeModel.fit(shapes.reshape(-1, *shapes.shape[2:]), reference[:, :2])
