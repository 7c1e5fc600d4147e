"""What a participant reads: the study's own texts, and in English what they leave out."""

from collections.abc import Mapping

from core.rating.wording import bundled


class Words:
    """Texts by key. `{names}` in them are filled in, and nothing else is."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = {**bundled("en"), **texts}

    def __call__(self, key: str, **values: object) -> str:
        """One text. Raises KeyError for a key that the English file has not."""
        text = self._texts[key]
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text
