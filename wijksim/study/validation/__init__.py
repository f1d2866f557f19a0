"""Statistics counted from everybody's life in a run, the way their sources counted them."""
