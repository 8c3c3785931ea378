"""Applications for services, the registrations they end in, and the fees received for these."""
