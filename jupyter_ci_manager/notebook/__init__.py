"""The notebook face: magics for any kernel, and the ipywidgets panel."""
