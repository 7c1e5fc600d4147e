"""A comparison keeps meaning what it meant while the clip is edited."""

from dataclasses import replace

from app.comparison import following, other_model
from core.animation import AnimationSettings
from core.gains import RegionGains

HAPPY = AnimationSettings(emotion="happy", strength=1.5)
STILL = RegionGains(jaw=0.5)


def test_the_other_model_is_the_other_one_either_way() -> None:
    assert other_model(HAPPY) == replace(HAPPY, model="combined")
    assert other_model(other_model(HAPPY)) == HAPPY


def test_nothing_goes_on_comparing_with_nothing() -> None:
    assert following(AnimationSettings(), HAPPY, None) is None


def test_a_comparison_of_models_goes_along_with_every_edit() -> None:
    before = AnimationSettings()
    after = following(before, HAPPY, replace(before, model="combined"))
    assert after == AnimationSettings(emotion="happy", strength=1.5, model="combined")
    swapped = following(HAPPY, replace(HAPPY, model="combined"), other_model(HAPPY))
    assert swapped == HAPPY


def test_own_wishes_stay_and_share_the_gains_they_shared() -> None:
    own = AnimationSettings(emotion="sad")
    assert following(AnimationSettings(), HAPPY, own) == own
    after = following(HAPPY, replace(HAPPY, gains=STILL), own)
    assert after == AnimationSettings(emotion="sad", gains=STILL)
    apart = replace(own, gains=RegionGains(lips=2.0))
    assert following(HAPPY, replace(HAPPY, gains=STILL), apart) == apart
