"""From recorded events to one value a frame: hits, mapping, resampling, smoothing."""
