/**
 * How a host changes its packet filter: our own table only, one change at a time, each a whole transaction.
 *
 * What there is to decide (is it on trial, has it been confirmed, is it too late) is the business of `tools/apply`; a
 * host keeps the lock, the notes and the table, and checks at the last moment. Interfaces only.
 */
import type { Trial, TrialEnd } from '../model/filter/trial.ts'
import type { Refused, ToolOptions } from './acts.ts'

export interface FilterActs {
  /**
   * Takes the lock over changes in our network namespace. Throws `E_FW_UNSUPPORTED`, `E_FW_DENIED`, `E_FW_STATE`, and
   * `E_FW_BUSY` when another one has had it for `waitMs`.
   */
  openDesk(options: DeskOptions): Promise<FilterDesk>
  /** For questions: the notes and the table without the lock. Nothing is left behind. Throws as `openDesk` does. */
  readNotes(): Promise<FilterNotes>
  /** Becomes the watchdog: null where there is one already. Throws as `openDesk` does. */
  watch(): Promise<Watch | null>
  /** This process and those it was started from, nearest first. */
  lineage(): Promise<readonly Ancestor[]>
  /** Milliseconds of the machine's monotonic clock since boot: the same for every process. */
  uptime(): number
  /** Runs `ufw` or `firewall-cmd` as `argv` says. */
  runManager(argv: readonly string[], options?: ToolOptions): Promise<ManagerOutcome>
  /** How rules are loaded at a boot here. */
  startUp(): Promise<StartUp>
  /** Puts files in place, each whole, then runs the commands in turn; `says` of the first that failed. */
  persist(plan: PersistPlan, options?: ToolOptions): Promise<ManagerOutcome>
}

export interface DeskOptions {
  /** How long another one's lock is waited for, milliseconds. */
  readonly waitMs: number
  /** What we are about to do, for whoever finds the lock taken. */
  readonly what: string
}

/** The place at which our table is changed, while nobody else can. */
export interface FilterDesk extends FilterNotes {
  /**
   * Makes the table what the text says, as one transaction: all of it or nothing. The lock outlasts us where we are
   * killed meanwhile. Before, the table must be the same rules as `expected`, or the outcome is `changed`.
   */
  replace(text: string | null, expected: string | null): Promise<TableOutcome>
  /** Writes the trial down, whole, in the place of the one before. */
  keep(trial: Trial): void
  /** Notes how the trial ended, and takes it away. */
  end(end: TrialEnd): void
  /** Gives the lock back. */
  close(): void
}

export interface FilterNotes {
  /** The change on trial. Throws `E_FW_STATE` for a note that nobody can read. */
  trial(): Trial | null
  /** How the last one ended. */
  last(): TrialEnd | null
  /** A watchdog lives. */
  watched(): boolean
  /** Identity of this boot. */
  readonly boot: string
  /** Our table as nft lists it; null where there is none. Throws `E_FW_UNSUPPORTED`, `E_FW_DENIED`. */
  readTable(): Promise<string | null>
  /** Lets nft check a text for the table and changes nothing. Null is no table. Throws as `openDesk` does. */
  check(text: string | null): Promise<TableOutcome>
}

/**
 * | outcome | the text |
 * |---|---|
 * | done | is the table now, or could be |
 * | refused | is wrong, as nft says, at a line where it says one; nothing has changed |
 * | changed | was not loaded: the table is not what it was |
 * | failed | could not be loaded to its end: whether something changed is for `readTable` to say |
 */
export type TableOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly line?: number; readonly column?: number; readonly says: string }
  | { readonly kind: 'changed' }
  | { readonly kind: 'failed'; readonly says: string }

/** The watchdog's own lock, by which others know that it lives. */
export interface Watch {
  /** As the desk's. */
  check(text: string | null): Promise<TableOutcome>
  close(): void
}

export interface Ancestor {
  readonly pid: number
  readonly uid: number
  /** The terminal that controls it: `tty1`, `ttyS0`, `pts/3`. */
  readonly terminal: string | null
  /** What sshd put into its environment: client address, port, server address, port (ssh(1)). */
  readonly sshConnection: string | null
  /** Its environment may not be read, so that what sshd said there isn't known. */
  readonly hidden: boolean
}

export interface StartUp {
  /** It is what started this machine (sd_booted(3)). */
  readonly systemd: boolean
}

export interface PersistPlan {
  readonly files: readonly { readonly path: string; readonly text: string }[]
  readonly commands: readonly (readonly string[])[]
}

export type ManagerOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed' | 'missing'; readonly says: string }
  | Refused
