"""Networks judged: by what they were trained for, on whom they have never heard."""
