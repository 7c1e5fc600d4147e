"""The page of a report: one HTML file that needs no network, no scripts and no other file."""

from collections.abc import Mapping

from core.rating.analysis import AFTER_SCREENING, BEFORE_SCREENING, BIAS_REMOVED, Analysis
from core.rating.report_views import condition_name, headline, sample_sizes, section
from core.rating.screening import FEWEST_RATERS, Exclusion, Rater, Rules
from core.rating.statistics import EXACT_UP_TO
from core.rating.study import Study
from core.rating.study_file import study_digest
from core.rating.views import Row, View
from core.report.markup import counted, facts, interval, number, table, words
from core.report.page import page as framed

_MANY = 1 / 3  # of the raters left out: worth a warning


def page(analysis: Analysis, version: str, files: Mapping[str, str]) -> str:
    """The whole page; `files` are those beside it, with what they hold."""
    study = analysis.study
    views = {view.name: view for view in analysis.views}
    after = views[AFTER_SCREENING]
    title = study.title or study.id
    parts = [
        f"<h1>{words(title)}</h1>\n",
        f'<p class="task">{words(study.task)}</p>\n' if study.task else "",
        _simulated(analysis),
        _warnings(analysis),
        headline(study, after, len(analysis.screening.excluded)),
        _overview(study, analysis),
        f"<h2>Results {after.name}</h2>\n",
        section(study, after),
    ]
    if BIAS_REMOVED in views:
        parts += [f"<h2>Results {BIAS_REMOVED}</h2>\n", _BIAS, section(study, views[BIAS_REMOVED])]
    parts += [
        f"<h2>Results {BEFORE_SCREENING}</h2>\n",
        _before(study, views[BEFORE_SCREENING], after),
    ]
    parts += ["<h2>Screening of raters</h2>\n", _screening(analysis)]
    if after.overall:
        parts += ["<h2>How many raters</h2>\n", sample_sizes(study, after), _SIZES]
    parts += ["<h2>Votes and sessions</h2>\n", _votes(analysis)]
    parts += ["<h2>Methods</h2>\n", _methods(analysis)]
    parts += ["<h2>Provenance</h2>\n", _provenance(analysis, version, files)]
    return framed(f"Rating report: {title}", "".join(parts))


def _simulated(analysis: Analysis) -> str:
    if not analysis.simulated:
        return ""
    return (
        '<p class="warning"><b>Simulated votes: nobody has given them.</b> They were drawn from a '
        "model, to try and to plan the study, and are no result of it. The model: "
        f"{words('; '.join(analysis.simulated))}.</p>\n"
    )


def _warnings(analysis: Analysis) -> str:
    counts, raters = analysis.counts, len(analysis.screening.raters)
    left_out = len(analysis.screening.excluded)
    found = []
    if not counts.counted:
        found.append("There are no votes to report yet.")
    elif raters - left_out < FEWEST_RATERS:
        found.append(
            f"{counted(raters - left_out, 'rater is', 'raters are')} too few to say anything "
            "of others; see “How many raters”."
        )
    if left_out > _MANY * raters:
        found.append(
            f"Screening left out {left_out} of {raters} raters. Compare the results before it: "
            "where clips are nearly alike, honest raters correlate little."
        )
    if counts.incomplete:
        kept = "counted, as was asked for" if analysis.options.include_incomplete else "left out"
        found.append(
            f"{counted(counts.incomplete, 'session was', 'sessions were')} not finished: {kept}."
        )
    return "".join(f'<p class="warning">{text}</p>\n' for text in found)


def _overview(study: Study, analysis: Analysis) -> str:
    """Mean opinion scores of the conditions, one view under the other."""

    def line(name: str, view: str, row: Row) -> list[str]:
        mean = f"<b>{number(row.summary.mean)}</b>"
        ends = interval(row.summary.t)
        return [name, view, str(row.summary.n), mean, ends, str(row.votes), number(row.vote_sd)]

    lines = [
        line(
            "" if later else words(condition_name(study, condition.id)),
            view.name,
            view.conditions[place],
        )
        for place, condition in enumerate(study.compared)
        for later, view in enumerate(analysis.views)
    ]
    header = ["Condition", "", "Raters n", "MOS", "95 % CI (t)", "Votes n", "SD of votes"]
    return table(header, lines, left=2, break_on=0)


def _before(study: Study, before: View, after: View) -> str:
    if before.subjects == after.subjects:
        return (
            f"<p>Screening left nobody out: with {counted(len(before.subjects), 'rater')} before "
            "and after, all results are those above.</p>\n"
        )
    return headline(study, before) + section(study, before)


def _screening(analysis: Analysis) -> str:
    found, raters = analysis.screening, len(analysis.screening.raters)
    parts = [f"<p>{_rules(analysis.options.rules)}</p>\n"]
    if found.exclusions:
        parts.append(
            f"<p>{counted(len(found.excluded), 'rater')} of {raters} left out:</p>\n"
            + table(
                ["Rater", "Rule", "Value"],
                [[words(e.subject), e.rule, _value(e)] for e in found.exclusions],
                left=3,
            )
        )
    else:
        parts.append(f"<p>Nobody was left out: n = {counted(raters, 'rater')}.</p>\n")
    if raters:
        header = ["Rater", "Votes n", "Mean", "Bias", "Variance", "P", "Q", "(P + Q) / N"]
        header += ["|P \N{MINUS SIGN} Q| / (P + Q)", "r with others", "Checks failed"]
        lines = [_rater(rater, rater.subject in found.excluded) for rater in found.raters]
        parts.append(
            f"<details>\n<summary>All {counted(raters, 'rater')} and their values</summary>\n"
            + table(header, lines, "In bold: left out.")
            + "</details>\n"
        )
    return "".join(parts)


def _value(exclusion: Exclusion) -> str:
    return words(exclusion.value).replace("-", "\N{MINUS SIGN}")


def _rater(rater: Rater, left_out: bool) -> list[str]:
    name = words(rater.subject)
    return [
        f"<b>{name}</b>" if left_out else name,
        str(rater.votes),
        number(rater.mean),
        number(rater.bias),
        number(rater.variance),
        str(rater.above),
        str(rater.below),
        number(rater.far_share, 3),
        number(rater.one_sidedness, 3),
        number(rater.correlation, 3),
        f"{rater.failed} of {rater.checks}",
    ]


def _rules(rules: Rules) -> str:
    said = []
    if rules.failed_checks is not None:
        said.append(f"{max(1, rules.failed_checks)} or more gold or trapping trials failed")
    if rules.least_variance is not None:
        said.append(f"variance of the votes (ddof 1) under {rules.least_variance:g}")
    if rules.bt500:
        said.append(
            f"ITU-R BT.500: (P + Q) / N over {rules.far_share:g} and "
            f"|P \N{MINUS SIGN} Q| / (P + Q) under {rules.one_sidedness:g}"
        )
    if rules.least_correlation is not None:
        said.append(
            f"Pearson’s correlation with the mean of the others under {rules.least_correlation:g}"
        )
    if not said:
        return "No rule was asked for."
    return (
        f"A rater is left out by any of: {'; '.join(said)}. All rules look at the votes before "
        f"screening, once. BT.500 and the correlation need {FEWEST_RATERS} raters."
    )


def _votes(analysis: Analysis) -> str:
    counts = analysis.counts
    return facts(
        [
            ("Sessions", f"{counts.sessions}, of them not finished {counts.incomplete}"),
            ("Votes stored", str(counts.votes)),
            ("Training, not counted", str(counts.training)),
            ("Gold, trapping and repeat trials, not counted", str(counts.checks)),
            ("With a technical fault, not counted", str(counts.faults)),
            ("Of sessions not finished, not counted", str(counts.from_incomplete)),
            ("Counted, before screening", f"<b>{counts.counted}</b>"),
        ]
    )


def _methods(analysis: Analysis) -> str:
    resamples, seed = analysis.options.resamples, abs(analysis.study.seed)
    texts = (
        "A mean opinion score (MOS) is the mean over raters; where a rater gave several votes to "
        "what a line is about, his or her mean is one value. SD has n \N{MINUS SIGN} 1 below the "
        "line (ddof 1). Intervals are at 95 %: by Student’s t with n \N{MINUS SIGN} 1 degrees of "
        "freedom, and by the normal distribution, 1.96 SD / √n (ITU-R BT.500). They are not cut "
        "off at the ends of the scale.",
        "Conditions are compared by the Wilcoxon signed-rank test, two-sided, on differences of "
        "raters’ means over the clips that the rater saw under both. Differences of zero are "
        "ranked with the others and then left out (Pratt 1959). With up to "
        f"{EXACT_UP_TO} differences other than zero p is exact: the permutation distribution of "
        "the ranks as they are, ties among them; beyond, the normal approximation with tie and "
        "continuity correction. Within a table, p values are adjusted by Holm (1979).",
        "The effect size is the matched-pairs rank-biserial correlation (Kerby 2014): rank sum of "
        "positive less that of negative differences, over the sum of all ranks. Its interval is a "
        f"bootstrap over raters, bias-corrected and accelerated (Efron 1987), {resamples} "
        f"resamples from seed {seed}; none is given where all resamples agree.",
        "Screening by ITU-R BT.500: for each clip and condition a vote is far where it lies 2 SD "
        "from the mean if the kurtosis β₂ = m₄ / m₂² is within 2 and 4, else √20 SD; P counts a "
        "rater’s votes far above, Q far below, N all. Bias is the mean of a rater’s votes less "
        "the means of what was rated (ITU-T P.913, 12.4).",
    )
    return "".join(f"<p>{text}</p>\n" for text in texts)


def _provenance(analysis: Analysis, version: str, files: Mapping[str, str]) -> str:
    study = analysis.study
    versions = sorted({vote.app_version for vote in analysis.votes})
    conditions = "; ".join(
        f"{words(condition_name(study, c.id))} (<code>{words(c.id)}</code>)" for c in study.compared
    )
    listed = "<br>".join(f"<code>{words(name)}</code> {text}" for name, text in files.items())
    return facts(
        [
            ("Study", f"<code>{words(study.id)}</code>, made {words(study.created_utc)}"),
            ("Conditions", conditions),
            ("Clips and conditions", f"{len(study.rated)} rated stimuli"),
            ("Order", f"{words(study.order)}, seed {study.seed}"),
            ("Version that froze the study", words(study.app_version)),
            ("Versions that ran the sessions", words(", ".join(versions)) or "–"),
            ("Version that made this report", words(version)),
            ("SHA-256 of the study", f"<code>{study_digest(study)}</code>"),
            ("SHA-256 of the votes", f"<code>{analysis.votes_sha256}</code>"),
            ("Files beside this one", listed),
        ]
    )


_BIAS = (
    '<p class="note">Each rater’s bias (ITU-T P.913, 12.4) was taken off his or her votes. '
    "Histograms are of the votes as given.</p>\n"
)
_SIZES = (
    '<p class="note">For power 0.8 at 5 %, two-sided: n = (((z₀.₉₇₅ + z₀.₈) SD / d)² '
    "+ z₀.₉₇₅² / 2) / (3 / π), rounded up: the paired t test’s number with Guenther’s correction "
    "(1981), over the asymptotic relative efficiency of the signed-rank test; at least 6, as "
    "fewer cannot reach 5 %. SD is that of the raters’ differences here. Sizes "
    "from an observed d promise too much: it is uncertain itself.</p>\n"
)
