"""What a participant sees, one page at a time; pages know words and signals, not the study."""
