"""The web pages for those who work on articles, a file a subject."""
