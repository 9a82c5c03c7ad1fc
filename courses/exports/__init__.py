"""Documents and files that leave the site: certificates, credentials, ledgers."""
