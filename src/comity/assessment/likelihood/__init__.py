"""Words of likelihood and the numbers they stand for; the number always stands beside the word.

scales.ICD203.phrase(0.7, "vi")        # the word, and 55-80 % beside it
sentences.mixed(text)                  # sentences that speak of confidence and of likelihood at once
"""
