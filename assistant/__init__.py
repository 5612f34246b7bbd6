"""Everything that talks: sessions, the agent, the built-in model and the faces."""
