"""What a model can look up in the owner's documents while it answers a question.

The tools only read. Their arguments come from the model and their results from documents: both are
data. A wrong argument is answered with what is right, and never raises.
"""
