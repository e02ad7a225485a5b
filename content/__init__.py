"""Files, months, themes, articles, checks, rendering, reviews, posts and their states, and the database."""
