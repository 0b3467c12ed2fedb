/** A host that remembers what it was asked, and to which something happens at a question: for tests of who asks what, when. */
import type { OS, OwnerQuery, SocketQuery } from '../../os/os.ts'

export interface Overheard {
  readonly os: OS
  /** Questions by the name of the method, in order, each with its first argument. */
  readonly asked: readonly (readonly [question: keyof OS, about: unknown])[]
  /** What was asked of one method. */
  about(question: 'sockets'): SocketQuery[]
  about(question: 'owners'): (OwnerQuery | undefined)[]
  about(question: keyof OS): unknown[]
}

/** What happens just before the host looks: called with how often the question was asked before. */
export type Happenings = { readonly [Question in keyof OS]?: (before: number) => void | Promise<void> }

export function overhear<Host extends OS>(host: Host, happenings: Happenings = {}): Overheard & { os: Host } {
  const asked: [keyof OS, unknown][] = []
  const about = (question: keyof OS): unknown[] =>
    asked.filter(([name]) => name === question).map(([, what]) => what)
  const note = (question: keyof OS, what: unknown): void | Promise<void> => {
    const before = about(question).length
    asked.push([question, what])
    return happenings[question]?.(before)
  }
  const os: Host = {
    ...host,
    async *sockets(query, options) {
      await note('sockets', query)
      yield* host.sockets(query, options)
    },
    owners: async (query, options) => {
      await note('owners', query)
      return host.owners(query, options)
    },
    processes: async pids => {
      await note('processes', pids)
      return host.processes(pids)
    },
    namespaces: async () => {
      await note('namespaces', undefined)
      return host.namespaces()
    },
    addresses: async netns => {
      await note('addresses', netns)
      return host.addresses(netns)
    },
    userNames: async uids => {
      await note('userNames', uids)
      return host.userNames(uids)
    },
    controlGroups: async ids => {
      await note('controlGroups', ids)
      return host.controlGroups(ids)
    },
    tunables: async names => {
      await note('tunables', names)
      return host.tunables(names)
    },
  }
  return { os, asked, about: about as Overheard['about'] }
}
