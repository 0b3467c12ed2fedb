/** What can be done to a machine that is made up: its processes end, its connections close, at once. */
import { commandLine } from '../../model/command-line.ts'
import { known, unknown } from '../../model/known.ts'
import { stopCommand } from '../../model/service.ts'
import type { Acts } from '../acts.ts'
import { filterActsOf } from './filter-acts.ts'
import type { Machine } from './machine.ts'

export const actsOf = (machine: Machine): Acts => ({
  self: machine.description.self ?? null,
  async stopProcess({ pid, startedAt, inodes, signal }, options) {
    options?.signal?.throwIfAborted()
    const found = machine.processes.get(pid)
    if (found === undefined) return { kind: 'gone' }
    if (found.process.startedAt !== startedAt) return { kind: 'another' }
    const holds = [...machine.sockets].some(
      ({ socket, holders }) => inodes?.includes(socket.inode) && holders.some(holder => holder.pid === pid),
    )
    if (inodes !== undefined && !holds) return { kind: 'let-go' }
    if (found.description.untouchable === true) return { kind: 'denied', says: 'it was described so' }
    if (found.description.ignores?.includes(signal) === true) return { kind: 'running', through: 'kill' }
    machine.exit(pid)
    return { kind: 'ended', through: 'kill' }
  },
  async destroySocket(wanted) {
    if (wanted.state === 'listen') return { kind: 'unsupported', says: 'a listener’s port would stay taken' }
    const found = [...machine.sockets].find(({ socket }) => socket.cookie === wanted.cookie)
    if (found === undefined) return { kind: 'gone' }
    machine.close(found)
    return { kind: 'destroyed' }
  },
  async container(query) {
    const found = machine.description.containers?.find(one =>
      'id' in query ? one.id === query.id : one.publishes?.includes(`${query.protocol}/${query.published}`),
    )
    if (found === undefined)
      return unknown(machine.description.containers === undefined ? 'unsupported' : 'vanished')
    const { publishes: _, ...facts } = found
    return known(facts)
  },
  async stopService(service) {
    const line = commandLine(stopCommand(service))
    const act = machine.services.get(line)
    if (act === undefined) return { kind: 'missing', says: `this machine has no "${line}"` }
    act()
    return { kind: 'stopped' }
  },
  filter: filterActsOf(machine),
})
