/** Opens the host that this program runs on. */
import type { OS } from './os.ts'

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
