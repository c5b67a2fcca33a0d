/** Raised when a field of a `--json` document changes its meaning or goes; adding one does not raise it. */
export const RESULT_SCHEMA = 1;
