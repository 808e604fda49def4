"""What the library promises in numbers: each module runs alone (`python -m benchmarks.rules`)."""
