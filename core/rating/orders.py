"""In which order a participant sees the scored trials: recomputed from the study and the row.

A shuffle has a stream of chance named by the seed and the row. A balanced design takes
rows of a Williams square (Williams 1949): every stimulus is once at each place in n
rows, and follows each other one once where n is even, twice in 2 n rows where n is odd.
The seed says which stimulus gets which number of the square, and in which order its
rows are used.

Trials that stay out of the score are put in afterwards, at places that depend on
nothing but the order they come into.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import count

from core.dice import MOST, Dice
from core.errors import RatingError
from core.rating import arrangements
from core.rating.study import BALANCED, PLAIN, REPEAT, Study, Trial

APART = 3  # a stimulus is shown again only with at least this many trials between
_WORK = 4_000_000  # what may go into shuffles that the other trials do not fit into


def order(study: Study, row: int) -> tuple[Trial, ...]:
    """The scored block as the participant of a row sees it, rows counted from 0.

    Training is not in it: its order is fixed. Of shuffles, all that are allowed and
    have room for the other trials are alike. A repeat comes after its original where
    there is room, otherwise before; the original keeps its place. Raises RatingError
    where no order can be as the study wants it.
    """
    if not 0 <= row <= MOST:
        raise RatingError(f"a row must be from 0 to {MOST}, not {row}")
    plain = [trial for trial in study.trials if trial.kind == PLAIN]
    balanced, dice = study.order == BALANCED, Dice(study.seed, row)
    attempts = 1 if balanced else min(max(_WORK // max(len(plain), 1) ** 3, 10), 1_000)
    for _ in range(attempts):
        drawn = _balanced(study, plain, row) if balanced else _shuffled(study, plain, dice)
        placed = _with_others(study, drawn)
        if placed is not None:
            return placed
    raise RatingError(_no_place(study))


def verify_order(study: Study, row: int, stored_ids: Sequence[str]) -> list[str]:
    """What is wrong with an order of stimuli stored for a row; nothing where it is right."""
    expected = [trial.stimulus for trial in order(study, row)]
    if len(stored_ids) != len(expected):
        return [f"row {row} has {len(expected)} trials, and {len(stored_ids)} were stored"]
    return [
        f"trial {place} of row {row} is '{right}', and '{stored}' was stored"
        for place, (right, stored) in enumerate(zip(expected, stored_ids, strict=True), start=1)
        if right != stored
    ]


def rows_needed(study: Study) -> int:
    """Rows of a whole balanced design, and 1 of a shuffle, where any number will do."""
    plain = sum(trial.kind == PLAIN for trial in study.trials)
    if study.order != BALANCED:
        return 1
    return max(plain if plain % 2 == 0 else 2 * plain, 1)


def next_row(taken: Collection[int], first: int = 0) -> int:
    """The row of the next participant: from `first` on, that nobody has or had to the end.

    So a row that was given up is used again, and a balanced design is completed
    before a new round of it begins.
    """
    return next(row for row in count(first) if row not in taken)


def design_state(study: Study, done: Iterable[int]) -> str:
    """A sentence for the operator; `done` are the rows of complete sessions."""
    rows = list(done)
    people = f"{len(rows)} participant{'' if len(rows) == 1 else 's'} done"
    if study.order != BALANCED:
        return f"{people}. Orders are shuffled: any number of participants will do."
    needed = rows_needed(study)
    use = Counter(row % needed for row in rows)
    rounds = max(use.values(), default=0)
    missing = needed * rounds - len(rows)
    targets = f"{needed}, {2 * needed}, {3 * needed} and so on"
    if rows and not missing:
        return f"{people}: the design is complete. It is again with {len(rows) + needed}."
    missing = missing if rows else needed
    return f"{people}, {missing} to go: the design is complete with {targets}."


def williams(size: int) -> list[list[int]]:
    """A Williams square of numbers below `size`; of an odd size, that and its mirror image."""
    zigzag = [0]
    for step in range(1, size):
        zigzag.append((zigzag[-1] + (step if step % 2 else -step)) % size)
    square = [[(number + shift) % size for number in zigzag] for shift in range(size)]
    return square if size % 2 == 0 else square + [row[::-1] for row in square]


def _balanced(study: Study, plain: Sequence[Trial], row: int) -> list[Trial]:
    if not plain:
        return []
    dice = Dice(study.seed)
    numbered = dice.shuffled(plain)
    rows = dice.shuffled(williams(len(plain)))
    return [numbered[number] for number in rows[row % len(rows)]]


def _shuffled(study: Study, plain: Sequence[Trial], dice: Dice) -> list[Trial]:
    """All orders that are allowed alike."""
    trials = dice.shuffled(plain)
    if not study.no_emotion_twice:
        return trials
    emotions = [_emotion(study, trial) for trial in trials]
    amounts = Counter(sorted(emotions))
    kinds = list(amounts)
    if arrangements.count(list(amounts.values())) == 0:
        most = max(amounts, key=lambda emotion: amounts[emotion])
        raise RatingError(
            f"{amounts[most]} of {len(trials)} trials are {most}, so that it must come twice "
            f"running; expected at most {-(-len(trials) // 2)} of one emotion, or a study that "
            "allows it."
        )
    word = arrangements.draw(list(amounts.values()), dice)
    waiting = {
        kind: [t for t, e in zip(trials, emotions, strict=True) if e == kind] for kind in kinds
    }
    return [waiting[kinds[number]].pop() for number in word]


def _with_others(study: Study, plain: list[Trial]) -> tuple[Trial, ...] | None:
    """Gold, trapping and repeat trials put in at even distances, repeats last, or None.

    Each goes to the place nearest to its own where the same stimulus is far enough
    away and, if the study wants so, no neighbour has its emotion.
    """
    others = [trial for trial in study.trials if trial.kind != PLAIN]
    others.sort(key=lambda trial: trial.kind == REPEAT)
    placed = list(plain)
    for number, trial in enumerate(others, start=1):
        wanted = round(number * len(plain) / (len(others) + 1)) + number - 1
        # Of two places equally near, the later: a repeat is better late.
        places = sorted(range(len(placed) + 1), key=lambda place: (abs(place - wanted), -place))
        fitting = (place for place in places if _fits(study, placed, trial, place))
        place = next(fitting, None)
        if place is None:
            return None
        placed.insert(place, trial)
    return tuple(placed)


def _fits(study: Study, placed: Sequence[Trial], trial: Trial, place: int) -> bool:
    near = placed[max(place - APART, 0) : place + APART]
    if any(other.stimulus == trial.stimulus for other in near):
        return False
    neighbours = placed[max(place - 1, 0) : place + 1]
    return not study.no_emotion_twice or all(
        _emotion(study, other) != _emotion(study, trial) for other in neighbours
    )


def _emotion(study: Study, trial: Trial) -> str:
    return study.stimulus(trial.stimulus).emotion


def _no_place(study: Study) -> str:
    others = [f"'{trial.stimulus}' ({trial.kind})" for trial in study.trials if trial.kind != PLAIN]
    running = ", and no emotion twice running" if study.no_emotion_twice else ""
    return (
        f"There is no place for {', '.join(others)} among the scored trials: expected {APART} "
        f"others before the same stimulus comes again{running}; have more trials, or fewer such."
    )
