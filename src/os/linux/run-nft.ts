/**
 * Runs nft(8): without a shell, in English, with a deadline, found only where the system keeps its programs.
 *
 * A script is handed over as a file, never through a pipe: if we are killed in the middle of writing to a pipe, nft
 * takes what it got for the whole.
 */
import { spawn } from 'node:child_process'
import { fault } from '../../model/fault.ts'
import { RENEW_COLUMNS } from '../../model/filter/own-table.ts'
import type { TableOutcome } from '../acts.ts'

const PLACES = '/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin'
/** 10,000 rules take a quarter of a second; this is for a machine that is very busy. */
const TIMEOUT_MS = 60_000

interface Ran {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

/** `held`: a descriptor that nft keeps open, and with it the lock on that descriptor. */
function nft(args: readonly string[], held?: number): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn('nft', args, {
      env: { PATH: PLACES, LC_ALL: 'C' },
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe', ...(held === undefined ? [] : [held])],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout!.on('data', chunk => out.push(chunk))
    child.stderr!.on('data', chunk => err.push(chunk))
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'ENOENT' ? `there is no program nft in ${PLACES}` : `nft does not start: ${cause.code}`
      reject(fault('E_FW_UNSUPPORTED', { why }, { cause }))
    })
    child.on('close', status => {
      const ran = {
        status,
        out: Buffer.concat(out).toString('utf8'),
        err: Buffer.concat(err).toString('utf8'),
      }
      if (status !== 0 && /Operation not permitted|you must be root/.test(ran.err))
        reject(fault('E_FW_DENIED', { why: 'the kernel says "Operation not permitted"' }))
      else resolve(ran)
    })
  })
}

/** The table as nft lists it, with counts and elements; null where there is none. */
export async function listTable(table: string): Promise<string | null> {
  const { status, out, err } = await nft(['list', 'table', ...table.split(' ')])
  if (status === 0) return out
  if (/No such file or directory/.test(err)) return null
  throw fault('E_FW_UNSUPPORTED', { why: firstLine(err) || endedBy(status) })
}

export const checkFile = async (path: string): Promise<TableOutcome> =>
  outcomeOf(await nft(['-c', '-f', path]))

export const runFile = async (path: string, held: number): Promise<TableOutcome> =>
  outcomeOf(await nft(['-f', path], held))

function outcomeOf({ status, err }: Ran): TableOutcome {
  if (status === 0) return { kind: 'done' }
  if (status === null) return { kind: 'failed', says: endedBy(status) }
  const [, line, column, says] = /^[^\n]*?:(\d+):(\d+)-\d+: Error: ([^\n]*)/m.exec(err) ?? []
  return says === undefined
    ? { kind: 'refused', says: firstLine(err) || endedBy(status) }
    : { kind: 'refused', line: Number(line), column: columnOf(Number(line), Number(column)), says }
}

/** In the text, without what `replaceScript` put before it. */
const columnOf = (line: number, column: number): number =>
  line === 1 ? Math.max(1, column - RENEW_COLUMNS) : column

const firstLine = (text: string): string =>
  text
    .trim()
    .split('\n', 1)[0]!
    .replace(/^Error: /, '')

const endedBy = (status: number | null): string =>
  status === null ? `nft did not end within ${TIMEOUT_MS / 1000} s` : `nft ended with status ${status}`
