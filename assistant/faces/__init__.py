"""Ways to meet the advisor: the chat page and the terminal. Presentation only, no decisions."""
