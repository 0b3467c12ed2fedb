/** Why frames can't be judged here: beside what packets need, a bridge, and for one that lends to IP's hooks br_netfilter. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { whyNoJudge } from '../kernel.ts'

/** Null where they can. */
export function whyNoFrames(lends = false): string | null {
  const why = whyNoJudge()
  if (why !== null) return why
  if (spawnSync('bridge', ['-V']).error !== undefined) return 'ip is not installed'
  const made = spawnSync('unshare', ['--net', 'ip', 'link', 'add', 'br0', 'type', 'bridge'])
  if (made.status !== 0) return 'the kernel has no bridges'
  return lends && !existsSync(SETTING) ? 'br_netfilter is not loaded here' : null
}

const SETTING = '/proc/sys/net/bridge/bridge-nf-call-iptables'
