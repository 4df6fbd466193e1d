"""Assistance that abstains: passages and stances are suggested, offline, and a person decides."""
