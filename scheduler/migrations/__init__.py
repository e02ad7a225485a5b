"""The schema's history, run by `scheduler.schema`."""
