"""The tables of the store of tracks.

`frame` is what was told after the last look of a second; `claim` what was found when a claim was held
against tracks. `step` is how far a sector has come, moved in the transaction of its frames; `snapshot` what
its centre knew some way before, to go on from; `outbox` what has yet to be put on record, each with the id
that its entry will have; `late` the observations that came after the horizon.
"""

from __future__ import annotations

from typing import Final

TABLES: Final = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE frame(sector TEXT NOT NULL, second INTEGER NOT NULL, time INTEGER NOT NULL,
                   words BLOB NOT NULL, figures BLOB NOT NULL, PRIMARY KEY(sector, second));
CREATE TABLE claim(sector TEXT NOT NULL, at INTEGER NOT NULL, said TEXT NOT NULL, sensor TEXT NOT NULL,
                   verdict TEXT NOT NULL, score REAL, track TEXT NOT NULL, reason TEXT NOT NULL,
                   PRIMARY KEY(sector, at, said)) WITHOUT ROWID;
CREATE TABLE silence(sector TEXT NOT NULL, sensor TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER,
                     PRIMARY KEY(sector, sensor, since)) WITHOUT ROWID;
CREATE TABLE step(sector TEXT PRIMARY KEY, config TEXT NOT NULL, last INTEGER NOT NULL,
                  moment INTEGER NOT NULL, clock INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE snapshot(sector TEXT PRIMARY KEY, config TEXT NOT NULL, last INTEGER NOT NULL,
                      moment INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE aside(sector TEXT NOT NULL, sensor TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
                   PRIMARY KEY(sector, sensor, reason)) WITHOUT ROWID;
CREATE TABLE late(sector TEXT NOT NULL, observation INTEGER NOT NULL,
                  PRIMARY KEY(sector, observation)) WITHOUT ROWID;
CREATE TABLE outbox(id TEXT PRIMARY KEY, number INTEGER NOT NULL, draft TEXT NOT NULL) WITHOUT ROWID;
"""
UNSEEN: Final = """
CREATE TABLE IF NOT EXISTS unseen(sector TEXT NOT NULL, second INTEGER NOT NULL, time INTEGER NOT NULL,
                                  expected REAL NOT NULL, PRIMARY KEY(sector, second)) WITHOUT ROWID;
"""
"""How many things were expected there that nobody had detected, after the last look of a second; a store that
was made before it came gets it when it is opened."""
PATROL: Final = """
CREATE TABLE IF NOT EXISTS patrol(sector TEXT NOT NULL, at INTEGER NOT NULL, patrol TEXT NOT NULL,
                                  lat REAL NOT NULL, lon REAL NOT NULL, sigma REAL NOT NULL,
                                  track TEXT NOT NULL, score REAL,
                                  PRIMARY KEY(sector, at, patrol)) WITHOUT ROWID;
"""
"""Where own patrols were by the receivers that they carry, and which track was theirs; made likewise."""
FORMAT: Final = 1
