"""What the commands do: files written or judged, and what is said of them."""
