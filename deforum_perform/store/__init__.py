"""Songs, takes and journals on disk: atomic, versioned files. Names from users never become file names."""
