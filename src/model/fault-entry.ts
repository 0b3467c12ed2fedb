/** What the catalogue says of one fault. `{name}` in a text is filled from the fault's details. */
export interface FaultEntry {
  readonly says: string
  readonly hint: string
  readonly exit: 2 | 4 | 5 | 6 | 70
}
