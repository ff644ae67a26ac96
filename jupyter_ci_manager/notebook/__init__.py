"""The notebook face: magics for any kernel, and the ipywidgets panel.

Everything here is plain standard library (and what a kernel has anyway) in the syntax of Python
3.6: with ``commands/`` it is packed into one file for kernels that hold nothing of ours.
"""
