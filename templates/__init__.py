"""Templates are files beside this package; nothing is imported from here."""
