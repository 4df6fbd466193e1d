"""Common Alerting Protocol 1.2: warnings read safely, checked in form and meaning, written in languages."""
