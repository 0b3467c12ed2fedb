/**
 * What a host counted around an attempt, and what it means that a counter rose.
 *
 * A host counts for everybody: what rose is evidence around an attempt only.
 */
export { type Difference, differenceOf } from './difference.ts'
export { readStatements, type Shown } from './read-statements.ts'
export { type Snapshot, takeSnapshot } from './snapshot.ts'
export { STATEMENTS, type Statement } from './statements.ts'
