"""What is made of results: tables, intervals, charts and words. Nothing here runs the model."""
