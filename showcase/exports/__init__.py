"""What leaves the showcase as a file: the printed dossier, lists as workbooks."""
