"""Keeping the state: as a document, and in a file that is never behind what was answered."""
