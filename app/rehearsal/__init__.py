"""A rehearsal: a whole workshop played through the real pages and sockets by simulated people, at a chosen speed."""
