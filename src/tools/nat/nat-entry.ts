/** A tracked connection, with the rules that made its translation as far as that can be proven. */
import type { TrackedConnection } from '../../model/nat/tracked-connection.ts'
import type { Proof } from './proof.ts'

export interface NatEntry {
  readonly connection: TrackedConnection
  readonly proof: Proof
}
