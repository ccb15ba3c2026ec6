"""A mail backend that prints texts as people read them; Django's own prints encoded MIME parts."""

import sys
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class ConsoleBackend(BaseEmailBackend):
    """Prints recipient, subject and plain text of each mail instead of sending it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Print the mails and return how many there were."""
        for message in email_messages:
            rule = "-" * 79
            head = f"To: {', '.join(message.to)}\nSubject: {message.subject}"
            sys.stdout.write(f"{rule}\n{head}\n\n{message.body}\n{rule}\n")
        sys.stdout.flush()
        return len(email_messages)
