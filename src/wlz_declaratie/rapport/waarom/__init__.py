"""Why a line, or a client, fared so: as JSON, and in short on a terminal."""
