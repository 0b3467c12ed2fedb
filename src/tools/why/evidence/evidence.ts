/**
 * What a host had counted at one moment, what moved between two, and what that says.
 *
 * Answers with counters, rules that count, sockets of a port and tracked connections, as far as the host tells them; what it doesn't
 * tell is no evidence that nothing moved. Whether it was this flow that moved them is for others to weigh.
 */
export { type Difference, differenceOf } from './difference.ts'
export { counterEvidence, readStatements, type Shown } from './read-statements.ts'
export { type Snapshot, type SnapshotRequest, takeSnapshot } from './snapshot.ts'
export { STATEMENTS, type Statement } from './statements.ts'
