"""The demo: an invented population and what people change in it."""
