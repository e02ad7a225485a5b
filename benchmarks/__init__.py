"""Speed and size, measured beside what others do in the same run; `make bench` writes RESULTS.md."""
