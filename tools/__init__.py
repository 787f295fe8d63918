"""What setting up, testing and building need around the product; nothing of it runs while serving."""


class SetupError(Exception):
    """Set-up cannot go on; the message is one sentence that says what to do."""
