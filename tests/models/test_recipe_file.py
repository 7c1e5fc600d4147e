"""Recipes: what is in them is checked, and said with what would be right."""

from pathlib import Path

import msgspec
import pytest

from core.errors import TrainingError
from models.training.fold import TRAINABLE
from models.training.recipe_file import Recipe, load_recipe, shipped_recipes, write_recipe

LEAST = 'name = "mine"\ntrains = "dern"\nepochs = 2\nbatch = 4\n'


@pytest.mark.parametrize("name", shipped_recipes())
def test_what_ships_is_whole_and_comes_back(name: str, tmp_path: Path) -> None:
    recipe = load_recipe(name, [*TRAINABLE])
    assert recipe.name == name
    assert recipe.about
    write_recipe(recipe, tmp_path / "recipe.toml")
    assert load_recipe(str(tmp_path / "recipe.toml"), [*TRAINABLE]) == recipe


def test_the_papers_recipes_are_the_papers() -> None:
    dern, dsrn = (load_recipe(f"{name}-paper", [*TRAINABLE]) for name in ("dern", "dsrn"))
    assert (dern.epochs, dern.protocol, dern.dern.balanced) == (200, "paper", False)
    assert (dern.dern.label_smoothing, dern.pace.average) == (0.0, 0.0)
    assert (dsrn.dsrn.importance, dsrn.dsrn.stride, dsrn.dsrn.start) == (0.0, 1, "scratch")
    for recipe in (dern, dsrn):
        schedule = recipe.schedule(400)
        assert schedule.steps == 200 * round(400 / recipe.batch)
        assert schedule.rate(0) == schedule.rate(schedule.steps) == 1e-3  # Adam's, as in Keras
        assert recipe.epoch(schedule.steps, 400) == 200


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LEAST + "epoch = 3", r"it has a key 'epoch' that is not known, expected one of name, "),
        (LEAST + "[pace]\nspeed = 3", r"\[pace\] has a key 'speed' .* one of optimiser, "),
        (LEAST + "[pace]\nlearning_rate = 0", "pace.learning_rate: Expected `float` > 0"),
        (LEAST + '[pace]\noptimiser = "sgd"', "pace.optimiser: .* expected one of adamw, nesterov"),
        (LEAST + 'protocol = "fair"', "protocol: .* expected one of paper, speakers, stated, none"),
        (LEAST + "[augmentation]\ntempo = [0.1, 1]", r"augmentation.tempo\[0\]: .* >= 0.5"),
        (LEAST + "[bands]\nchance = 2", "bands.chance: .* <= 1"),
        (LEAST.replace("batch = 4", "batch = 0"), "batch: Expected `int` >= 1"),
        (LEAST.replace("batch = 4", ""), "missing required field `batch`"),
        (LEAST.replace("dern", "soup"), "trains is 'soup', expected one of dern, dsrn"),
        ("epochs = = 3", "is not TOML"),
    ],
)
def test_what_is_wrong_is_said(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(TrainingError, match=message):
        load_recipe(str(path), [*TRAINABLE])


def test_a_recipe_that_is_not_there_is_said() -> None:
    with pytest.raises(TrainingError, match="no recipe 'soup'; expected one of x, dern-paper, "):
        load_recipe("soup", [*TRAINABLE], ["x"])
    with pytest.raises(TrainingError, match=r"the recipe 'soup\.toml' cannot be read"):
        load_recipe("soup.toml", [*TRAINABLE])


def test_a_recipe_cannot_be_changed() -> None:
    recipe = Recipe(name="a", trains="dern", epochs=1, batch=1)
    with pytest.raises(AttributeError):
        recipe.epochs = 2  # type: ignore[misc]
    assert msgspec.structs.replace(recipe, epochs=2).epochs == 2
