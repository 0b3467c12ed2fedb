/**
 * What a filter asks about the rows of a table that its columns don't hold. Whoever runs a filter hands it over,
 * made ready for what the filter `needs`.
 */
import type { ExposureLevel } from '../../../model/exposure.ts'
import type { NoOwnerReason, Process } from '../../../model/owner.ts'
import type { ControlGroup, NetworkNamespace } from '../../../os/os.ts'

export interface RowFacts {
  /** Milliseconds since 1970. */
  readonly now: number
  /** The processes that hold the row's socket, as far as they are known. */
  processes(row: number): readonly Process[]
  /** Why there is none, or null when there is one. */
  noOwner(row: number): NoOwnerReason | null
  /** The name of a user id; undefined where it has none. */
  userName(uid: number): string | undefined
  /** From where a listening or bound socket can be reached; null for all others. */
  exposure(row: number): { readonly level: ExposureLevel } | null
  /** The control group the socket was made in; null where that isn't known. */
  group(row: number): ControlGroup | null
  /** The name of an interface of that namespace; undefined where it isn't known. */
  interfaceName(index: number, netns: number): string | undefined
  /** A network namespace by its inode; null where it isn't known. */
  namespace(inode: number): Pick<NetworkNamespace, 'name' | 'self'> | null
}

/** What has to be made ready before a filter can judge. */
export interface FilterNeeds {
  readonly owners: boolean
  readonly userNames: boolean
  readonly groups: boolean
  readonly namespaces: boolean
  /** Also for names of interfaces, which come with their addresses. */
  readonly exposure: boolean
  /** Details of the socket query. */
  readonly tcp: boolean
  readonly queues: boolean
}
