"""What the portal tells people: notices inside the portal, and mails."""
