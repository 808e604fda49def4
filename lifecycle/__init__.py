"""Decides where partners stand. Pure: opens no socket or connection and reads no clock."""
