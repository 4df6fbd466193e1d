"""Tracking spread over processes by NATS JetStream: a tracker a tile, one picture. The default needs none.

Everything that decides a result is a pure object: `cutting` (observations to messages), `tile` (messages to
outputs of one tile), `collector` (outputs to one picture). What speaks to the server only carries bytes.
"""
