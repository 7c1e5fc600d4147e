"""Every error a person can cause or cure, under one root.

The message of each says what happened and what would be right; boundaries
(command line, window) show it as it is.
"""


class VisemoError(Exception):
    """Root of all errors whose message is meant for the person at the machine."""


class AudioFileError(VisemoError):
    """An audio file cannot be read, or holds nothing that can be animated."""


class SilentVideoError(AudioFileError):
    """A video has no sound."""


class SoundCardError(VisemoError):
    """A sound card is missing, was unplugged, or does not do what is asked of it."""


class CheckpointError(VisemoError):
    """Trained weights are missing, damaged, or not what this version expects."""


class CorpusError(VisemoError):
    """A data set is not laid out as its reader expects."""


class TrackError(VisemoError):
    """A video or a face track cannot be read, or shows no face."""


class LabelError(CorpusError):
    """A recording has a label, such as an emotion, that its corpus does not know."""


class ExportError(VisemoError):
    """An output file cannot be written."""


class ProjectError(VisemoError):
    """A project file cannot be read or written."""


class ProfileError(VisemoError):
    """A speaker profile cannot be read or written."""


class TrainingError(VisemoError):
    """Training cannot start or cannot go on."""


class RatingError(VisemoError):
    """A rating study cannot be made, read or run as it is."""


class ReportError(VisemoError):
    """A report cannot be made or written as it is."""


class Cancelled(VisemoError):  # noqa: N818 - it is an ending, not an error
    """The person asked to stop; nothing is shown."""
