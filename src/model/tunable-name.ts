/**
 * The name of a system's setting as sysctl(8) writes it: words with dots between, `net.ipv4.ip_local_port_range`.
 */
import { fault } from './fault.ts'

/** Gives the name back, or throws `E_TUNABLE_NAME`: a text that could lead to another file is not a name. */
export function parseTunableName(text: string): string {
  if (!/^[\w-]+(?:\.[\w-]+)+$/.test(text)) throw fault('E_TUNABLE_NAME', { text })
  return text
}
