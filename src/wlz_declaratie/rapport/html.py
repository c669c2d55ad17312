def schrijf(uitslag, pad, weergave):
    pad.write_text("x")
