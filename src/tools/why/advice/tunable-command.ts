/** A kernel setting as sysctl(8) writes it. Pure. */

export const tunableCommand = (name: string, value: string | number): string[] => [
  'sysctl',
  '-w',
  `${name}=${value}`,
]

/** `net.ipv4.conf.eth0.rp_filter`; a dot in a device's name is told from those between words by slashes (sysctl(8)). */
export const deviceTunable = (family: 'ipv4' | 'ipv6', device: string, name: string): string =>
  device.includes('.') ? `net/${family}/conf/${device}/${name}` : `net.${family}.conf.${device}.${name}`
