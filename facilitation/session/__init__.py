"""What belongs to every workshop whatever its phases do: set-up, people, flow, clock, agenda, parking, undo."""
