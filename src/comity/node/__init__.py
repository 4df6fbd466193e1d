"""One party's installation."""
