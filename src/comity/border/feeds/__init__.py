"""What aircraft, ships and satellite receivers say of themselves, into observations: claims, nothing more."""
