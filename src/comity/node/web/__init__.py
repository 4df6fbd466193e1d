"""The node over HTTP: the door, the public paths, the JSON API, the server process."""
