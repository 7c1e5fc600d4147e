"""What every report page is made of: one file, offline, the same bytes for the same values."""
