"""The migrations, oldest first. A version that was released is never edited."""
