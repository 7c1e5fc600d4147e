"""The commands of `visemo`, one module each, listed in `app.cli.COMMANDS`.

A module has `add_arguments(parser)`, which says what the command takes, and
`run(options)`, which does it and returns the exit status. Both may raise
VisemoError. Importing it is cheap: what is heavy is imported by `run`.
"""
