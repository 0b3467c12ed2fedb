/**
 * A recording of a Linux machine: what its kernel answered when it was asked everything that a host is asked.
 *
 * One JSON file, as raw as it was told: replies of netlink in base64, texts of `/proc`, links, inodes and refusals, and
 * what has to be known to read them. `test/record/record-linux.ts` makes one.
 */
import { fault } from '../../model/fault.ts'
import type { InterfaceAddress } from '../os.ts'

export const RECORDING_FORMAT = 'portolan/recording@1'

export interface Recording {
  readonly format: typeof RECORDING_FORMAT
  /** What is on it, in a sentence. */
  readonly about: string
  readonly platform: 'linux'
  readonly hostname: string
  /** As uname(2) has them. */
  readonly kernel: string
  readonly machine: string
  readonly endianness: 'LE' | 'BE'
  /** RFC 3339, UTC. */
  readonly recordedAt: string
  /** Inode of the network namespace that it was made in. */
  readonly netns: number
  /** Whether the recorder had the right to enter other namespaces. */
  readonly mayEnter: boolean
  readonly files: RecordedFiles
  readonly netlink: readonly RecordedDump[]
  readonly interfaces: readonly InterfaceAddress[]
  /** What programs wrote, by their command line; recordings of sockets alone have none. */
  readonly programs?: Readonly<Record<string, RecordedRun>>
}

export interface RecordedRun {
  readonly status: number | 'missing' | 'timeout' | 'signal'
  readonly out: string
  readonly err: string
}

export interface RecordedFiles {
  /** Contents by path; bytes that are no text in base64. */
  readonly texts: Readonly<Record<string, string | { readonly base64: string }>>
  /** Names in folders by path. */
  readonly folders: Readonly<Record<string, readonly string[]>>
  /** Names of the folders in folders. */
  readonly subfolders: Readonly<Record<string, readonly string[]>>
  readonly links: Readonly<Record<string, string>>
  /** Inode and size by path. */
  readonly stats: Readonly<Record<string, readonly [inode: number, size: number]>>
  /** What was refused, or was not there: question and path, `read /proc/1/exe`, with the system's code, `EACCES`. */
  readonly refusals: Readonly<Record<string, string>>
}

export interface RecordedDump {
  /** Namespace of the socket that was asked. */
  readonly netns: number
  readonly protocol: 'diag' | 'route' | 'netfilter'
  /** The request, base64. */
  readonly request: string
  /** The answer in the chunks in which it came, base64. */
  readonly chunks: readonly string[]
  /** Why there was no answer; 0 where there was. */
  readonly errno: number
}

const HERE: Recording['endianness'] = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'LE' : 'BE'

/** Throws `E_RECORDING_FORMAT` for what is no recording, or one that a machine of this byte order can't read. */
export function readRecording(text: string): Recording {
  const refuse = (why: string, cause?: unknown) =>
    fault('E_RECORDING_FORMAT', { why, got: text.slice(0, 40) }, cause === undefined ? {} : { cause })
  let value: Partial<Recording> | null
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw refuse('it is not JSON', cause)
  }
  if (typeof value !== 'object' || value?.format !== RECORDING_FORMAT) throw refuse('its format is another')
  if (value.platform !== 'linux') throw refuse(`there is no way to read one of ${value.platform}`)
  if (value.endianness !== HERE) throw refuse('it was made on a machine of the other byte order')
  for (const part of PARTS) if (typeof value[part] !== 'object') throw refuse(`it has no ${part}`)
  return value as Recording
}

const PARTS = ['files', 'netlink', 'interfaces'] as const
