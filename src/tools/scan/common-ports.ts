/**
 * Ports that are worth asking first: an order of our own, of the default ports of well-known software by how often one meets them, then
 * everyday habits, then what is registered for TCP, then all the rest. No measurement of the Internet is behind it.
 */
import { habits, lookupRange } from '../../model/registry/registry.ts'

const FIRST: readonly number[] = [
  // The web, remote access, files and mail.
  [80, 443, 22, 445, 3389, 8080, 21, 25, 53, 8443, 23, 139, 135, 110, 143, 993, 995, 587, 465, 111, 2049],
  // Databases, caches and queues.
  [
    3306, 5432, 1433, 6379, 27017, 1521, 9200, 11211, 5672, 9092, 9042, 2181, 5984, 8086, 7474, 50_000,
    33_060,
  ],
  // Directories, printers, cameras, phones, network gear.
  [389, 636, 88, 464, 3268, 5900, 631, 9100, 515, 554, 5060, 5061, 1883, 8883, 1723, 179, 161, 548, 873, 427],
  // What operates other software.
  [2375, 2376, 6443, 10_250, 2379, 2380, 8500, 8200, 9090, 3000, 9093, 15_672, 9000, 8000, 8888, 5000, 8081],
  [
    5985, 5986, 10_000, 8009, 8834, 3128, 1080, 8118, 9418, 3690, 6000, 512, 513, 514, 79, 113, 119, 37, 13,
    7,
  ],
  [5001, 5222, 5269, 6667, 1935, 1194, 4369, 5005, 1099, 3260, 502, 102, 44_818, 20_000, 47_808, 4786, 8291],
  [81, 82, 83, 88, 8001, 8008, 8010, 8082, 8083, 8085, 8090, 8181, 8880, 9001, 9080, 9443, 7001, 7002, 7443],
].flat()

/** So many different ports, from 1 to 65,535, the likeliest first. */
export function commonPorts(count: number): readonly number[] {
  const found = new Set<number>()
  for (const port of inOrder()) {
    if (found.size >= count) break
    found.add(port)
  }
  return [...found]
}

function* inOrder(): Generator<number> {
  yield* FIRST
  for (const { port, protocol } of habits()) if (protocol === 'tcp') yield port
  yield* registered(1, 1023)
  yield* registered(1024, 49_151)
  for (let port = 1; port <= 65_535; port++) yield port
}

const registered = (first: number, last: number): readonly number[] =>
  lookupRange(first, last, { protocol: 'tcp', layers: ['iana'] }).flatMap(({ port, name }) =>
    name === null ? [] : [port],
  )
