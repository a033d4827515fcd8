"""Org data: an organisation's constraints as data, read, checked and narrowed to one account and environment."""
