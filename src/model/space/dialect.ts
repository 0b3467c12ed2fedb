/**
 * Where systems differ, as data. A dialect of Linux is chosen by the kernel's version; distributions carry changes over to
 * older ones, so what a trial says overrules the version.
 */

export interface LinuxDialect {
  readonly system: 'linux'
  /** The first version that behaves so, `6.18`. */
  readonly since: string
  /** A port that one SO_REUSEADDR socket bound first is handed to others without a check (until 6.8, `fastreuse > 0`). */
  readonly fastReuse: boolean
  /** A port that bind() held is given back to connect()'s search once only connect() uses it (6.18, `inet_bind_bucket_destroy`). */
  readonly resetOnRelease: boolean
  /** Connected UDP sockets are found by their four-tuple first (6.13, `udp4_lib_lookup4`). */
  readonly udpFourTuples: boolean
  /** A datagram that no list has a socket for is looked for among all sockets of its port (6.14, `udp4_lib_lookup1`). */
  readonly udpPortFallback: boolean
  /** How old a TIME_WAIT must be before connect() may take it, in milliseconds (`tcp_tw_reuse_delay`, 6.14; 1 s before). */
  readonly timeWaitReuseDelayMs: number
  /** A TIME_WAIT that is really FIN_WAIT_2 is never taken (`tcp_twsk_unique`, between 6.8 and 6.12). */
  readonly finWait2Guarded: boolean
  /** With IP_LOCAL_PORT_RANGE connect() walks every port and not every other (between 6.5 and 6.8). */
  readonly rangeStepOne: boolean
  /** The kernel can have DCCP: its code was taken out (6.16). */
  readonly dccp: boolean
}

const LINUX_6_18: LinuxDialect = {
  system: 'linux',
  since: '6.18',
  fastReuse: false,
  resetOnRelease: true,
  udpFourTuples: true,
  udpPortFallback: true,
  timeWaitReuseDelayMs: 1000,
  finWait2Guarded: true,
  rangeStepOne: true,
  dccp: false,
}

const LINUX_6_16: LinuxDialect = { ...LINUX_6_18, since: '6.16', resetOnRelease: false }
const LINUX_6_14: LinuxDialect = { ...LINUX_6_16, since: '6.14', dccp: true }
const LINUX_6_13: LinuxDialect = { ...LINUX_6_14, since: '6.13', udpPortFallback: false }
const LINUX_6_12: LinuxDialect = { ...LINUX_6_13, since: '6.12', udpFourTuples: false }
const LINUX_6_8: LinuxDialect = { ...LINUX_6_12, since: '6.8', finWait2Guarded: false }

/** Newest first. Boundaries between 6.1, 6.5, 6.8, 6.12 and 6.13 were read from sources of these versions only. */
export const LINUX_DIALECTS: readonly LinuxDialect[] = [
  LINUX_6_18,
  LINUX_6_16,
  LINUX_6_14,
  LINUX_6_13,
  LINUX_6_12,
  LINUX_6_8,
  { ...LINUX_6_8, since: '6.1', fastReuse: true, rangeStepOne: false },
]

/** The dialect of a kernel by its release, `6.18.44-cloud`. The oldest that is known for those before it. */
export function linuxDialect(release: string): LinuxDialect {
  const [major = 0, minor = 0] = release.split('.').map(part => Number.parseInt(part, 10) || 0)
  const reaches = ({ since }: LinuxDialect): boolean => {
    const [wantedMajor = 0, wantedMinor = 0] = since.split('.').map(Number)
    return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
  }
  return LINUX_DIALECTS.find(reaches) ?? LINUX_DIALECTS[LINUX_DIALECTS.length - 1]!
}
