"""Model cards: beside every checkpoint, what it is, from what, under what licence, how good."""

from pathlib import Path

from core.atomic import atomic_text
from core.hearing import TITLES
from models.checkpoint import Description

GRID_SOURCE = "GRID speaker 1 (Cooke, Barker, Cunningham, Shao 2006; CC BY 4.0)"
FACE_LICENCES = {"neutral": "CC-BY-4.0", "emotional": "CC-BY-NC-SA-4.0"}
RECOGNISER_LICENCE = "CC-BY-NC-SA-4.0"
MADE = "sessions made of "  # how a source of contours that nobody rated begins

_PRIOR = (
    "**The emotion in this face is a prior, not a recording.** There were no recordings of "
    "emotional faces to learn from: its targets are the motion of one neutral speaker, scaled, "
    "plus an expression drawn by hand from EMFACS along directions of ICT-FaceKit. "
    "`visemo train` on a corpus with emotional faces, such as SAVEE, replaces it.\n"
)
_NEUTRAL = (
    "The motion of one filmed man (GRID speaker 1), learned from his voice, from his voice "
    "disguised as others, and from synthetic voices and the actors of EmoDB, whose motion was "
    "made from the times of the sounds they say. Nobody else was filmed.\n"
)
_ACTED = (
    "learned from acted English and German. Acted emotions are louder and clearer than real "
    "ones; a word of a real person may well be misread. Not for judging people.\n"
)
_OPENINGS = {
    "dern": f"Which of seven emotions a frame of speech sounds like, {_ACTED}",
    "local-cnn": "Which of seven emotions half a second of speech sounds like, and how far to "
    f"trust it (Milde and Biemann 2015), {_ACTED}",
    "functionals": "Which of seven emotions a few seconds of speech sound like, from statistics of "
    "pitch, energy and colour, with a profile of the speaker and without, on real utterances and "
    f"on some that CycleGANs made (Bao, Neumann, Vu 2019), {_ACTED}",
}
_UNHEARD = (
    "Calm counted as neutral; boredom left out; children, whispering, song and "
    "languages other than English and German were never heard.\n"
)
_AFFECT_MADE = (
    "How pleasant and how excited a voice sounds, 25 times a second, from -1 to 1 (Khorram et al. "
    "2017, down/up): the mean of five networks for each of the two.\n\n"
    "**The labels were made, not annotated.** There were no recordings that people had rated: "
    "sessions of three minutes were put together from acted emotions, and their contours drawn "
    "from where each emotion lies by Russell and Mehrabian (1977), at 0.7 of the way where it was "
    "acted at normal intensity, late and smooth as annotators are. The labels were then taken "
    "earlier by the annotators' mean delay. `visemo train --recipe valence-arousal` on RECOLA "
    "replaces all this. Not for judging people.\n"
)
_AFFECT_RATED = (
    "How pleasant and how excited a voice sounds, 25 times a second, from -1 to 1 (Khorram et al. "
    "2017, down/up): the mean of five networks for each of the two, learned from sessions that "
    "people rated continuously. Not for judging people.\n"
)
_AFFECT_FIGURES = (
    "CCC (Lin 1989) and RMSE over all frames of sessions of speakers never trained on, with 95 % "
    "intervals over sessions; `constant_rmse` is that of the best constant, whose CCC is 0; "
    "`roughness` is the mean absolute second difference; `profile` and `clip` are correlations of "
    "a single recording's mean with what it was meant to be, by its speaker's statistics and by "
    "its own.\n"
)
_FIGURES = (
    "Correlations of mouth opening and width with the target, recall and unweighted average "
    "recall (UAR). Validation voices and speakers were never trained on; of groups other "
    "than `filmed` the targets were made, not measured.\n"
)
_LIMITS = {
    "dsrn": "Lower face only, 36 points, no tongue, no teeth, no head motion. One speaker's way "
    "of moving his lips. Noise and music are heard as if they were speech.\n",
    "dern": _UNHEARD,
    "local-cnn": _UNHEARD,
    "functionals": _UNHEARD,
    "valence-arousal": "Valence is far harder to hear than arousal: look at the figures before "
    "relying on it. One voice in a recording. Of someone hardly heard, loudness and colour count "
    "as they would of anybody: give a speaker's profile where there is one.\n",
}


def write_card(checkpoint: Path, description: Description) -> Path:
    """The card of a checkpoint, as Markdown of the same name."""
    role, label = description.role, description.labels[0]
    opening = _OPENINGS.get(role) or (_NEUTRAL if label == "neutral" else _PRIOR)
    title, about_figures = TITLES.get(role) or f"DSRN, {label}", _FIGURES
    if role == "valence-arousal":
        made = description.provenance.trained_on[0].startswith(MADE)
        opening = _AFFECT_MADE if made else _AFFECT_RATED
        title, about_figures = "Valence and arousal", _AFFECT_FIGURES
    figures = description.provenance.metrics
    lines = [
        f"# {title} (`{checkpoint.name}`)\n",
        opening,
        f"- Licence of the weights: {description.licence}",
        f"- Trained on: {'; '.join(description.provenance.trained_on)}",
        f"- Made by: `visemo train --recipe {description.provenance.recipe}`, "
        f"seed {description.provenance.seed}, version {description.provenance.version}",
        f"- Normalisation of the features: {description.features.normalisation}\n",
        "## Figures\n",
        about_figures,
        "| figure | value |",
        "| --- | --- |",
        *(f"| {name} | {value:.3f} |" for name, value in figures.items()),
        "\n## Limits\n",
        _LIMITS[role],
    ]
    path = checkpoint.with_suffix(".md")
    with atomic_text(path) as file:
        file.write("\n".join(lines))
    return path
