"""The tables of the store of sensors, and how a store is opened.

Observations lie in one table and three indexes: by datastream and time (which also tells duplicates), by time
over everything, and by time of result where one is given. `tally` keeps counts and extents, so that nothing
is counted by walking.
"""

from __future__ import annotations

from typing import Final

TABLES: Final = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE thing(id INTEGER PRIMARY KEY, name, description, properties);
CREATE TABLE location(id INTEGER PRIMARY KEY, name, description, encoding_type, location, properties);
CREATE TABLE thing_location(thing INTEGER NOT NULL, location INTEGER NOT NULL,
                            PRIMARY KEY(thing, location)) WITHOUT ROWID;
CREATE INDEX location_thing ON thing_location(location);
CREATE TABLE historical_location(id INTEGER PRIMARY KEY, time INTEGER NOT NULL, thing INTEGER NOT NULL);
CREATE INDEX historical_thing ON historical_location(thing, time);
CREATE TABLE historical_link(historical INTEGER NOT NULL, location INTEGER NOT NULL,
                             PRIMARY KEY(historical, location)) WITHOUT ROWID;
CREATE INDEX historical_of_location ON historical_link(location);
CREATE TABLE sensor(id INTEGER PRIMARY KEY, name, description, encoding_type, metadata, properties);
CREATE TABLE observed_property(id INTEGER PRIMARY KEY, name, definition, description, properties);
CREATE TABLE datastream(id INTEGER PRIMARY KEY, name, description, observation_type, unit, observed_area,
                        properties, thing INTEGER NOT NULL, sensor INTEGER NOT NULL,
                        observed_property INTEGER NOT NULL);
CREATE INDEX datastream_thing ON datastream(thing);
CREATE INDEX datastream_sensor ON datastream(sensor);
CREATE INDEX datastream_property ON datastream(observed_property);
CREATE TABLE feature(id INTEGER PRIMARY KEY, name, description, encoding_type, feature, properties,
                     of_location INTEGER);
CREATE INDEX feature_location ON feature(of_location) WHERE of_location IS NOT NULL;
CREATE TABLE observation(id INTEGER PRIMARY KEY, datastream INTEGER NOT NULL, feature INTEGER NOT NULL,
                         phenomenon INTEGER NOT NULL, phenomenon_end INTEGER, run INTEGER NOT NULL,
                         result_time INTEGER, arrival INTEGER NOT NULL, kind INTEGER NOT NULL, result,
                         quality INTEGER NOT NULL DEFAULT 0, valid INTEGER, valid_end INTEGER,
                         parameters, result_quality);
CREATE UNIQUE INDEX observation_once ON observation(datastream, phenomenon, feature, run);
CREATE INDEX observation_time ON observation(phenomenon);
CREATE INDEX observation_result_time ON observation(datastream, result_time) WHERE result_time IS NOT NULL;
CREATE TABLE tally(datastream INTEGER NOT NULL, feature INTEGER NOT NULL, count INTEGER NOT NULL,
                   first_phenomenon INTEGER, last_phenomenon INTEGER,
                   first_result_time INTEGER, last_result_time INTEGER,
                   PRIMARY KEY(datastream, feature)) WITHOUT ROWID;
CREATE INDEX tally_feature ON tally(feature);
CREATE TABLE quarantine(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, datastream INTEGER, reason TEXT NOT NULL,
                        detail TEXT NOT NULL, raw TEXT NOT NULL);
CREATE TABLE refused(reason TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE batch(number INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL,
                   count INTEGER NOT NULL, root BLOB NOT NULL, salt BLOB NOT NULL, entry BLOB NOT NULL,
                   refused INTEGER NOT NULL, sealed INTEGER NOT NULL);
CREATE TABLE erased(id INTEGER PRIMARY KEY, leaf BLOB NOT NULL);
"""
ADDED: Final = """
INSERT OR IGNORE INTO meta VALUES ('checked', 0);
CREATE INDEX IF NOT EXISTS observation_flagged ON observation(datastream, quality)
 WHERE quality BETWEEN 2 AND 9;
CREATE TABLE IF NOT EXISTS stream(datastream INTEGER PRIMARY KEY, spacing INTEGER, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS gap(datastream INTEGER NOT NULL, after INTEGER NOT NULL, before INTEGER NOT NULL,
                               missing INTEGER NOT NULL, PRIMARY KEY(datastream, after)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refused_of(datastream INTEGER NOT NULL, reason TEXT NOT NULL,
                                      count INTEGER NOT NULL,
                                      PRIMARY KEY(datastream, reason)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feed_key(day INTEGER PRIMARY KEY, key BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS deletion(number INTEGER PRIMARY KEY, entry BLOB NOT NULL, body TEXT NOT NULL,
                                    appended INTEGER NOT NULL);
INSERT OR IGNORE INTO meta VALUES ('unsealed_changes', 0);
CREATE TRIGGER IF NOT EXISTS observation_gone AFTER DELETE ON observation
 WHEN old.id > (SELECT value FROM meta WHERE name = 'sealed')
 BEGIN UPDATE meta SET value = value + 1 WHERE name = 'unsealed_changes'; END;
CREATE TRIGGER IF NOT EXISTS observation_rewritten AFTER UPDATE OF
 id, datastream, feature, phenomenon, phenomenon_end, result_time, arrival, kind, result, valid, valid_end,
 parameters, result_quality ON observation
 WHEN old.id > (SELECT value FROM meta WHERE name = 'sealed')
 BEGIN UPDATE meta SET value = value + 1 WHERE name = 'unsealed_changes'; END;
"""
"""What the checks of quality, the feeds, the clocks of retention and the sealing keep; a store that
has none of it yet gets it when it is opened."""
NEWEST: Final = "observation_rewritten"
"""What of ADDED came last."""
FORMAT: Final = 1
