"""The boundary of the evaluation's pages: what people type, read and checked."""
