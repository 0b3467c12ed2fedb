/**
 * The desk at which our table is changed: flock(2) over the notes, nft for the table.
 *
 * The program that changes the table inherits the lock's descriptor, so that the lock lasts until it has ended even if
 * we are killed: nobody else then works on a table that is about to change.
 */
import { fault } from '../../model/fault.ts'
import { OWN_TABLE, replaceScript, sameRules } from '../../model/filter/own-table.ts'
import type { DeskOptions, FilterDesk, FilterNotes, TableOutcome, Watch } from '../acts.ts'
import type { Libc } from '../ffi.ts'
import type { FileTree } from './file-tree.ts'
import {
  bootId,
  folderAside,
  isLocked,
  notesFolder,
  notesPlace,
  readLast,
  readTrial,
  removeNote,
  tryLock,
  writeWhole,
} from './filter-notes.ts'
import { checkFile, listTable, runFile } from './run-nft.ts'
import type { Sources } from './sources.ts'

const { closeSync, readFileSync, rmSync, writeFileSync } = process.getBuiltinModule('node:fs')

const LOCK = 'lock'
const WATCHDOG = 'watchdog.lock'
const LOOK_MS = 50

/** Throws `E_FW_UNSUPPORTED` where locks can't be had. */
function libcOf({ ffi }: Sources): Libc {
  if ('missing' in ffi) throw fault('E_FW_UNSUPPORTED', { why: ffi.missing })
  return ffi.libc
}

export async function openDesk(sources: Sources, { waitMs, what }: DeskOptions): Promise<FilterDesk> {
  const libc = libcOf(sources)
  const { files, clock } = sources
  const place = notesFolder(libc, files)
  const deadline = clock.monotonic() + waitMs
  let fd = tryLock(libc, place, LOCK)
  while (fd === null) {
    if (clock.monotonic() >= deadline) throw fault('E_FW_BUSY', { who: whoHas(place) })
    await clock.sleep(LOOK_MS)
    fd = tryLock(libc, place, LOCK)
  }
  const held = fd
  // Only for whoever waits: that it is held is what flock says.
  writeFileSync(`${place}/holder`, `process ${process.pid}, for "${what}"`, { mode: 0o600 })
  return {
    ...notesOf(libc, files, place),
    check: text => checkScript(place, 'check.nft', text),
    async replace(text, expected) {
      writeWhole(place, 'change.nft', replaceScript(text))
      if (!sameRules(await listTable(OWN_TABLE), expected)) return { kind: 'changed' }
      return runFile(`${place}/change.nft`, held)
    },
    keep: trial => writeWhole(place, 'trial.json', JSON.stringify(trial)),
    end(end) {
      writeWhole(place, 'last.json', JSON.stringify(end))
      removeNote(place, 'trial.json')
    },
    close: () => closeSync(held),
  }
}

function checkScript(place: string, name: string, text: string | null): Promise<TableOutcome> {
  writeWhole(place, name, replaceScript(text))
  return checkFile(`${place}/${name}`)
}

/** For a question: in a folder of its own, which goes with it. */
async function checkAside(text: string | null): Promise<TableOutcome> {
  const place = folderAside()
  try {
    return await checkScript(place, 'check.nft', text)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

function whoHas(place: string): string {
  try {
    return readFileSync(`${place}/holder`, 'utf8')
  } catch {
    return 'which one is not known'
  }
}

export function readNotes(sources: Sources): FilterNotes {
  const libc = libcOf(sources)
  return notesOf(libc, sources.files, notesPlace(libc, sources.files))
}

function notesOf(libc: Libc, files: FileTree, place: string): FilterNotes {
  const boot = bootId(files)
  return {
    boot,
    trial: () => readTrial(place, boot),
    last: () => readLast(place),
    watched: () => isLocked(libc, place, WATCHDOG),
    readTable: () => listTable(OWN_TABLE),
    check: text => checkAside(text),
  }
}

/**
 * Takes the watchdog's lock, and sees to it that the machine's troubles reach it last: out of memory (proc(5),
 * oom_score_adj), too busy (nice), a hung-up terminal.
 */
export function watch(sources: Sources): Watch | null {
  const libc = libcOf(sources)
  const place = notesFolder(libc, sources.files)
  const fd = tryLock(libc, place, WATCHDOG)
  if (fd === null) return null
  process.on('SIGHUP', () => {})
  process.chdir('/')
  preferred(() => writeFileSync('/proc/self/oom_score_adj', '-900'))
  preferred(() => process.getBuiltinModule('node:os').setPriority(-20))
  return {
    check: text => checkScript(place, 'watchdog.nft', text),
    close: () => closeSync(fd),
  }
}

/** Better so; where a container forbids it, it works without. */
function preferred(act: () => void): void {
  try {
    act()
  } catch {
    // The watchdog then has the chances that every process has.
  }
}
