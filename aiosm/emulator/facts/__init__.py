"""Facts of the classic service as data: texts, places, sizes, images, durations."""
