/** For tests: tools that say what a test wants, and the table as it is read from them. */
import type { Socket } from '../../model/socket.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { socketAt } from '../../model/socket-row.ts'
import type { OS, SocketQuery } from '../os.ts'
import type { Tool } from './portable.ts'

/** A tool that runs this JavaScript, whatever its arguments are. */
export const script = (code: string, timeoutMs = 10_000): Tool => ({
  command: process.execPath,
  arguments: ['-e', code, '--'],
  timeoutMs,
})
export const prints = (text: string, more = ''): Tool =>
  script(`process.stdout.write(${JSON.stringify(text)});${more}`)

export async function read(os: OS, query: SocketQuery = {}): Promise<Socket[]> {
  const all = new SocketColumns()
  for await (const batch of os.sockets(query)) all.append(batch)
  return Array.from({ length: all.length }, (_, row) => socketAt(all, row))
}
