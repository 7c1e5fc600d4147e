"""Sections of a report about one view of the votes: charts and tables, every number with n."""

import math
from collections.abc import Sequence

from core.rating import charts
from core.rating.charts import Axis, Bar, Group, Line
from core.rating.statistics import ALPHA, sample_size
from core.rating.study import Study
from core.rating.views import Comparison, Row, View, emotions_of
from core.report.markup import (
    counted,
    figure,
    interval,
    number,
    p_value,
    signed,
    table,
    words,
)

_PLANNED = (0.2, 0.3, 0.5, 1.0)  # differences in opinion score


def condition_name(study: Study, condition: str) -> str:
    """For readers, not escaped."""
    found = next(c for c in study.conditions if c.id == condition)
    return f"{found.name} (reference)" if found.reference else found.name


def headline(study: Study, view: View, left_out: int = 0) -> str:
    """The comparisons of conditions, each as one sentence of HTML.

    `left_out` raters were screened out of the view.
    """
    if left_out and not view.subjects:
        who = "the only rater" if left_out == 1 else f"all {left_out} raters"
        return (
            f'<p class="headline">Screening left out {who}; see the results before screening.</p>\n'
        )
    if not view.overall:
        return "<p>One condition only: there is nothing to compare.</p>\n"
    adjusted = len(view.overall) > 1
    return "".join(
        f'<p class="headline">{_sentence(study, c, adjusted)}</p>\n' for c in view.overall
    )


def _sentence(study: Study, c: Comparison, adjusted: bool) -> str:
    first, second = (words(condition_name(study, name)) for name in (c.first, c.second))
    mean = c.difference.mean
    if not c.difference.n:
        return f"Nobody rated <b>{first}</b> and <b>{second}</b> on the same clip."
    if round(mean, 2) == 0:
        begin = f"<b>{first}</b> and <b>{second}</b> were rated alike"
    else:
        better, worse = (first, second) if mean > 0 else (second, first)
        begin = f"<b>{better}</b> was rated {number(abs(mean))} higher than <b>{worse}</b>"
    test = "exact" if c.test.exact else "normal approximation"
    family = "p (Holm)" if adjusted else "p"
    known = math.isfinite(c.effect_interval.low)
    ends = f", 95 % CI {interval(c.effect_interval)}" if known else ""
    return (
        f"{begin} (n&nbsp;=&nbsp;{counted(c.difference.n, 'rater')}; difference {signed(mean)}, "
        f"95 % CI {interval(c.difference.t)}; signed-rank test, {test}, "
        f"{family}&nbsp;{_equals(c.p_holm)}; rank-biserial r&nbsp;=&nbsp;{number(c.effect)}{ends})."
    )


def _equals(p: float) -> str:
    text = p_value(p)
    return text if text.startswith("&lt;") else f"=&nbsp;{text}"


def section(study: Study, view: View) -> str:
    """All of a view, without its heading."""
    if not view.subjects:
        return "<p>No rater: there is nothing to show.</p>\n"
    parts = [emotion_figure(study, view), "<h3>Conditions</h3>\n", _rows(study, view.conditions)]
    if view.overall:
        tested = sum(math.isfinite(c.test.p) for c in view.overall)
        parts += ["<h3>Conditions compared</h3>\n", comparisons(study, view.overall, tested)]
    parts += ["<h3>Emotions</h3>\n", _rows(study, view.emotions)]
    for pair in view.overall:
        parts.append(_by_emotion(study, view, pair))
    parts += ["<h3>Votes</h3>\n", _histogram_figure(study, view)]
    parts += ["<h3>Clips</h3>\n", _rows(study, view.clips)]
    return "".join(parts)


def emotion_figure(study: Study, view: View) -> str:
    """Mean opinion scores by emotion and condition with intervals: the paper's figure 5."""
    emotions = emotions_of(study)
    conditions = [condition.id for condition in study.compared]
    rows = {(row.emotion, row.condition): row for row in (*view.emotions, *view.conditions)}

    def group(emotion: str) -> Group:
        mine = [rows[emotion, condition] for condition in conditions]
        sizes = sorted({row.summary.n for row in mine})
        return Group(
            name=emotion.capitalize() or "All",
            bars=tuple(
                Bar(row.summary.mean, row.summary.t, number(row.summary.mean)) for row in mine
            ),
            note="n = " + "\N{EN DASH}".join(str(n) for n in sizes[:: max(1, len(sizes) - 1)]),
            apart=not emotion,
        )

    scale = [(score, f"{score} {word}") for score, word in enumerate(study.scale, start=1)]
    svg = charts.bar_chart(
        "Mean opinion score by emotion and condition",
        Axis("", 1, len(study.scale), tuple(scale)),
        [condition_name(study, condition) for condition in conditions],
        [group(emotion) for emotion in (*emotions, "")],
    )
    return figure(
        svg,
        "Mean opinion scores with 95 % confidence intervals (Student’s t over raters); "
        "n is the number of raters.",
    )


def _by_emotion(study: Study, view: View, pair: Comparison) -> str:
    """Heading, chart and table of one pair of conditions."""
    mine = [c for c in view.by_emotion if (c.first, c.second) == (pair.first, pair.second)]
    first, second = (condition_name(study, name) for name in (pair.first, pair.second))
    svg = charts.difference_chart(
        f"Difference of {first} and {second} by emotion",
        f"{second} better  \N{LEFTWARDS ARROW}  difference in score  "
        f"\N{RIGHTWARDS ARROW}  {first} better",
        [_line(c) for c in (*mine, pair)],
    )
    caption = (
        f"{words(first)} less {words(second)}, paired by rater: mean and 95 % confidence "
        "interval (t); p by the signed-rank test, adjusted by Holm."
    )
    heading = f"<h3>{words(first)} and {words(second)}, by emotion</h3>\n"
    tested = sum(math.isfinite(c.test.p) for c in view.by_emotion)
    return heading + figure(svg, caption) + comparisons(study, mine, tested)


def _line(c: Comparison) -> Line:
    p = p_value(c.p_holm).replace("&lt;", "<")
    equals = "" if p.startswith("<") else "= "
    return Line(
        name=c.emotion.capitalize() or "All",
        value=c.difference.mean,
        interval=c.difference.t,
        note=f"p {equals}{p}, n = {c.difference.n}",
        strong=not c.emotion,
    )


def _histogram_figure(study: Study, view: View) -> str:
    totals = [sum(row.histogram) for row in view.conditions]

    def bar(place: int, score: int) -> Bar:
        count, total = view.conditions[place].histogram[score], totals[place]
        return Bar(100 * count / total if total else math.nan, None, str(count))

    groups = [
        Group(f"{score + 1} {word}", tuple(bar(place, score) for place in range(len(totals))))
        for score, word in enumerate(study.scale)
    ]
    most = max((b.value for g in groups for b in g.bars if math.isfinite(b.value)), default=0)
    top = min(100, 10 * math.floor(most / 10 + 1))
    step = 10 if top <= 60 else 20
    svg = charts.bar_chart(
        "Histogram of votes by condition",
        Axis("", 0, top, tuple((value, f"{value} %") for value in range(0, top + 1, step))),
        [
            f"{condition_name(study, row.condition)}, n = {counted(total, 'vote')}"
            for row, total in zip(view.conditions, totals, strict=True)
        ],
        groups,
    )
    return figure(svg, "Share of each score among a condition’s votes; above the bars, votes.")


def _rows(study: Study, rows: Sequence[Row]) -> str:
    """A table of mean opinion scores; columns that say nothing are left out."""
    by_clip, by_emotion = any(r.clip for r in rows), any(r.emotion for r in rows)
    places = {condition.id: place for place, condition in enumerate(study.compared)}
    header = [*(["Clip"] if by_clip else []), *(["Emotion"] if by_emotion else [])]
    header += ["Condition", "Votes", "", "Raters<br>n", "MOS", "SD", "95 % CI<br>(t)"]
    header += ["95 % CI<br>(normal)"]
    pooled = any(row.votes != row.summary.n for row in rows)
    header += ["Votes<br>n", "SD of<br>votes"] if pooled else []
    lines, before = [], ("", "")
    for row in rows:
        here = (row.clip, row.emotion)
        new = here != before
        before = here
        swatch = f'<span class="swatch" style="background:{charts.colour(places[row.condition])}">'
        histogram = " ".join(str(count) for count in row.histogram)
        lines.append(
            [
                *([words(row.clip) if new else ""] if by_clip else []),
                *([words(row.emotion.capitalize()) if new else ""] if by_emotion else []),
                f"{swatch}</span>{words(condition_name(study, row.condition))}",
                charts.spark(row.histogram, places[row.condition]),
                f"{histogram}",
                str(row.summary.n),
                f"<b>{number(row.summary.mean)}</b>",
                number(row.summary.sd),
                interval(row.summary.t),
                interval(row.summary.normal),
                *([str(row.votes), number(row.vote_sd)] if pooled else []),
            ]
        )
    caption = (
        f"Votes: how often each score from 1 to {len(study.scale)} was given. MOS, SD and "
        "intervals are over raters, of each the mean of his or her votes; SD with ddof 1."
    )
    left = 2 + by_clip + by_emotion
    return table(header, lines, caption, left, 0 if by_emotion else None)


def comparisons(study: Study, rows: Sequence[Comparison], tested: int) -> str:
    """A table of paired tests out of a family of `tested`: by emotion, or by conditions."""
    header = ["Emotion" if rows[0].emotion else "Conditions", "Raters<br>n", "Zero"]
    header += ["Mean<br>difference", "95 % CI<br>(t)", "W+", "W\u2212", "p", "p<br>(Holm)", "r"]
    header += ["95 % CI<br>of r"]
    lines = []
    for c in rows:
        names = [words(condition_name(study, name)) for name in (c.first, c.second)]
        strong = c.p_holm < ALPHA
        p = p_value(c.p_holm)
        lines.append(
            [
                words(c.emotion.capitalize()) or " \N{MINUS SIGN}<br>".join(names),
                str(c.test.n),
                str(c.test.zeros),
                signed(c.difference.mean),
                interval(c.difference.t),
                number(c.test.plus, 1),
                number(c.test.minus, 1),
                p_value(c.test.p),
                f"<b>{p}</b>" if strong else p,
                number(c.effect),
                interval(c.effect_interval),
            ]
        )
    family = "by emotion" if rows[0].emotion else "of conditions"
    caption = (
        f"Wilcoxon signed-rank tests on raters’ means, two-sided; “Zero”: differences of "
        f"zero, ranked by Pratt’s method. Holm over {counted(tested, 'test')} {family}; "
        f"bold: p (Holm) under {ALPHA:g}. r: matched-pairs rank-biserial correlation."
    )
    return table(header, lines, caption)


def sample_sizes(study: Study, view: View) -> str:
    """How many raters another study would need."""
    header = ["Conditions", "Raters n", "SD of differences"]
    header += [f"d = {d:g}" for d in _PLANNED] + ["d as observed"]
    lines = []
    for c in view.overall:
        sd, mean = c.difference.sd, c.difference.mean
        sizes = [sample_size(sd, d) for d in (*_PLANNED, mean)]
        shown = [number(math.nan) if n is None else str(n) for n in sizes]
        if sizes[-1] is not None:
            shown[-1] += f" (d = {number(abs(mean))})"
        names = (words(condition_name(study, name)) for name in (c.first, c.second))
        lines.append([" \N{MINUS SIGN} ".join(names), str(c.difference.n), number(sd), *shown])
    return table(header, lines, "Raters needed to see a difference of d in mean opinion score.")
