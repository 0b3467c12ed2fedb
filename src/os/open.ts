/** Opens the host that this program runs on, or one on another machine. */
import type { OS } from './os.ts'
import type { AgentOptions, AgentStreams, RemoteHost, RemoteOptions } from './remote/remote.ts'

export type { AgentOptions, AgentStreams, RemoteHost, RemoteOptions } from './remote/remote.ts'

export interface OpenOptions {
  /**
   * Keep claims on ports in this folder, apart from those of everybody else: for tests. It must belong to root or to
   * our user, and be sticky where others may write.
   */
  readonly claimsFolder?: string
}

export async function openOS({ claimsFolder }: OpenOptions = {}): Promise<OS> {
  if (process.platform !== 'linux') return (await import('./portable/portable.ts')).openPortable()
  const { machineSources, openLinux } = await import('./linux/linux.ts')
  return openLinux(claimsFolder === undefined ? machineSources() : { ...machineSources(), claimsFolder })
}

/**
 * Opens a host on another machine by ssh, `ssh://ops@web`. Throws `E_REMOTE_TARGET` for a text that names none, and one of
 * the other `E_REMOTE_` faults where nobody answers there.
 */
export async function openRemote(url: string, options?: RemoteOptions): Promise<RemoteHost> {
  return (await import('./remote/remote.ts')).openRemote(url, options)
}

/** Answers, for a host, whoever asks from afar, until the input ends. Throws `E_REMOTE_INPUT`. */
export async function serveAgent(os: OS, streams: AgentStreams, options: AgentOptions): Promise<void> {
  return (await import('./remote/remote.ts')).serveAgent(os, streams, options)
}
