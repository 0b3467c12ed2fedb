/**
 * Whom Windows lets share a port: the tables of Microsoft's "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE", for Server 2003
 * and later. Rows: the socket that was first; columns: the one that wants to bind. `I` is WSAEADDRINUSE, `A` is WSAEACCES.
 */

/** `default` sets neither option; `wildcard` and `specific` are their addresses, specific ones the same. */
export const WINDOWS_SHAPES = [
  'default wildcard',
  'default specific',
  'reuse wildcard',
  'reuse specific',
  'exclusive wildcard',
  'exclusive specific',
] as const
export type WindowsShape = (typeof WINDOWS_SHAPES)[number]
export type WindowsCell = 'ok' | 'I' | 'A'

type Row = readonly [WindowsCell, WindowsCell, WindowsCell, WindowsCell, WindowsCell, WindowsCell]

/** Both sockets are of one user. Columns in the order of the shapes. */
const SAME_USER: Readonly<Record<WindowsShape, Row>> = {
  'default wildcard': ['I', 'ok', 'A', 'ok', 'I', 'ok'],
  'default specific': ['ok', 'I', 'ok', 'A', 'I', 'I'],
  'reuse wildcard': ['I', 'ok', 'ok', 'ok', 'I', 'ok'],
  'reuse specific': ['ok', 'I', 'ok', 'ok', 'I', 'I'],
  'exclusive wildcard': ['I', 'A', 'A', 'A', 'I', 'A'],
  'exclusive specific': ['ok', 'I', 'ok', 'A', 'I', 'I'],
}

/** Another user's wildcard is harder to bind beside; the other rows are the same. */
const OTHER_USER: Readonly<Record<WindowsShape, Row>> = {
  ...SAME_USER,
  'default wildcard': ['I', 'A', 'A', 'A', 'I', 'A'],
  'reuse wildcard': ['I', 'A', 'ok', 'ok', 'I', 'A'],
}

export const windowsCell = (first: WindowsShape, second: WindowsShape, sameUser: boolean): WindowsCell =>
  (sameUser ? SAME_USER : OTHER_USER)[first][WINDOWS_SHAPES.indexOf(second)]!
