/**
 * Words and the values they stand for, one kind to a file: addresses, times, and tables of words of protocols and hosts.
 * Which of them a datatype uses is in `../symbols.ts`.
 */
export * from './address-words.ts'
export * from './host-words.ts'
export * from './protocol-words.ts'
export * from './time-words.ts'
export * from './word-table.ts'
