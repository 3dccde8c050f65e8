"""Time: from recordings to the song, seconds and beats, and who says where the song is."""
