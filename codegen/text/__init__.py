"""The input as a text: what generator and verifier read in it alike."""
