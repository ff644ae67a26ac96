"""What can be said to the product, and in which words: shared by terminal and notebook cell.

One catalogue of commands is the source of ``--help``, ``%ci?`` and the reference in the docs; one
set of actions and tables makes terminal and cell say the same. Everything here but ``direct.py``
is plain standard library in the syntax of Python 3.6, since it is packed into the single file
that runs in kernels which hold nothing of ours.
"""
