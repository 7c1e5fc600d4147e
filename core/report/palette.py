"""The colours of a report's words and lines on paper; its style sheet has the same."""

INK, QUIET, LINE = "#1d2126", "#4d555e", "#d9dbde"
