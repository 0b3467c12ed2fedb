/** The answer of a host that can't tell sockets as they end: a note, and that was it. */
import { SocketColumns } from '../model/socket-columns.ts'

/** `why`: what stands in the way, as a sentence without its full stop. */
export async function* noEndings(source: string, why: string, remedy: string): AsyncGenerator<SocketColumns> {
  const columns = new SocketColumns(1)
  columns.notes.push({
    code: 'endings-unavailable',
    severity: 'note',
    certainty: 'proven',
    subject: 'sockets as they end',
    says: 'sockets that open and close between two looks at the table are missed',
    evidence: [{ source, says: why }],
    remedy,
  })
  yield columns
}
