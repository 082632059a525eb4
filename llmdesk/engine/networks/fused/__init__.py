"""llmdesk's own kernels: products of 4-bit and 8-bit matrices, attention, and a whole step of a decoder in one call.

The C sources in ``c/`` are compiled once per machine (library.py); packing.py brings matrices into their layout;
decoder.py is the network that the rest of the engine sees. docs/decisions/0005 says why.
"""
