/** Rows whose advice isn't followed word by word, each with its reason: there the row takes its own change back instead. */
export const NOT_CARRIED_OUT: Readonly<Record<string, string>> = {}
