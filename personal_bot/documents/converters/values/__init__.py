"""Shows numbers, dates and times as spreadsheets do."""
