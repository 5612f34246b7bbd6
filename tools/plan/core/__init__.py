"""The core problem: best sells by lot and buys by asset, proven; everything in weights of the portfolio's value."""
