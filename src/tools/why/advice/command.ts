/** A command that may be run at a host. It is only ever proposed: nothing here runs one. */
export interface Command {
  /** A view's label. */
  readonly host: string
  /** The program and its arguments, as they are handed to it: no shell is meant. */
  readonly argv: readonly string[]
}

/** As a person types it into a shell (POSIX.1-2017, Shell Command Language, section 2.2). */
export const commandText = (argv: readonly string[]): string => argv.map(quoted).join(' ')

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
