"""Agreement of coders: how much of what was coded two people would have coded alike."""
