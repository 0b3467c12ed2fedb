/** Opens the host that this program runs on. */
import type { OS } from './os.ts'

export async function openOS(): Promise<OS> {
  if (process.platform === 'linux') return (await import('./linux/linux.ts')).openLinux()
  return (await import('./portable/portable.ts')).openPortable()
}
