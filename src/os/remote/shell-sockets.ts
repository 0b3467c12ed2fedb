/** What ss tells of sockets beyond `/proc/net`: cookies, limits of accept queues, IPv6 only, which interface. */
import type { Finding } from '../../model/finding.ts'
import type { SocketColumns } from '../../model/socket-columns.ts'
import { stateCode } from '../../model/socket-columns.ts'
import { parseSs, type SsSocket } from '../../wire/ss.ts'
import type { ShellTalk } from './shell-talk.ts'

const SS = 'ss -H -n -a -e -O -t -u'

const isFromProc = ({ code }: Finding): boolean => code === 'read-from-proc'

const readByShell = (ss: boolean): Finding => ({
  code: 'read-by-shell',
  severity: 'note',
  certainty: 'proven',
  subject: 'the socket table',
  says: ss
    ? 'the socket table was read from /proc, with ss: TCP numbers, timers, interfaces and bound sockets are not told there'
    : 'the socket table was read from /proc: v6only, interfaces, queue limits and bound sockets are not told there',
  evidence: [{ source: 'a shell on that machine', says: ss ? SS : `there is no ${SS}` }],
  remedy: 'Install portolan there.',
})

const LISTEN = stateCode('listen')

/** How the table was read is told once, in the place of what the code that reads `/proc` says of it. */
export async function addFromSs(
  talk: ShellTalk,
  batches: readonly SocketColumns[],
  netns: number,
): Promise<void> {
  const fromProc = batches.flatMap(({ notes }) => notes.filter(isFromProc))
  if (fromProc.length === 0) return
  const { out, status } = await talk.ask('run', SS.split(' '))
  for (const { notes } of batches) notes.splice(0, notes.length, ...notes.filter(note => !isFromProc(note)))
  batches[0]!.notes.push(readByShell(status === 0))
  if (status !== 0) return
  const told = new Map(parseSs(out).map(socket => [socket.inode, socket]))
  for (const columns of batches)
    for (let row = 0; row < columns.length; row++) {
      const one = columns.netns[row] === netns ? told.get(columns.inode[row]!) : undefined
      if (one !== undefined) add(columns, row, one)
    }
}

function add(columns: SocketColumns, row: number, { cookie, v6only, receive, send }: SsSocket): void {
  columns.cookie[row] = cookie
  if (v6only !== undefined) columns.v6only[row] = v6only ? 1 : 0
  if (columns.state[row] !== LISTEN) return
  columns.receiveQueue[row] = receive
  columns.sendQueue[row] = send
}
