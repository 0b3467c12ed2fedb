/** The sockets of a machine as they are closed. */
import { appendSocket } from '../../model/socket-append.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { noEndings } from '../no-endings.ts'
import type { Machine, MachineSocket } from './machine.ts'

/** One batch for all that were closed since the last. Where the machine can't tell, a note and the end. */
export async function* endingsOf(machine: Machine, signal: AbortSignal): AsyncIterable<SocketColumns> {
  const allowed = machine.description.can?.endings
  if (allowed?.yes === false) {
    yield* noEndings('description', allowed.why, allowed.remedy)
    return
  }
  const ended: MachineSocket[] = []
  let wake = (): void => {}
  const tell = (one: MachineSocket): void => {
    ended.push(one)
    wake()
  }
  const stop = (): void => wake()
  machine.onEnding.add(tell)
  signal.addEventListener('abort', stop)
  try {
    while (!signal.aborted) {
      if (ended.length > 0) {
        const columns = new SocketColumns()
        for (const { socket, peerInode } of ended.splice(0)) appendSocket(columns, socket, peerInode)
        yield columns
      } else
        await new Promise<void>(resolve => {
          wake = resolve
        })
    }
  } finally {
    machine.onEnding.delete(tell)
    signal.removeEventListener('abort', stop)
  }
}
