"""Search in a person's own photos: read, embedded once, found again; nothing leaves the machine."""
