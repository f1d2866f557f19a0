"""Who lives here: the resident columns, their households, homes, ties and forebears, and how they are made."""
